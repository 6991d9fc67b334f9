package dev.cambium.examples.lecture;

import dev.cambium.data.Digits;
import dev.cambium.data.SampleTransform;
import dev.cambium.data.augment.HorizontalFlip;
import dev.cambium.data.augment.ResizeShortSide;
import dev.cambium.data.augment.ScaleJitterCrop;
import dev.cambium.data.augment.TenCrop;
import dev.cambium.image.Image;
import dev.cambium.nn.Linear;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import dev.cambium.train.MarginalizedPredictor;
import dev.cambium.train.Model;
import dev.cambium.train.ModelSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Rows 10 to 16: change the pixels, keep the label. */
final class DataAugmentation {
  private static final int DRAWS = 200;

  private DataAugmentation() {}

  static Chapter chapter() {
    return new Chapter(
        "Data augmentation",
        List.of(
            Row.of(10, "horizontal flips", DataAugmentation::flips),
            Row.of(11, "ResNet's random scales and crops", DataAugmentation::scalesAndCrops),
            Row.of(12, "testing: the average of a fixed set of crops", DataAugmentation::tenCrops),
            Row.of(13, "contrast jitter", ColourChanges::contrast),
            Row.of(14, "offsets along the principal components of colour", ColourChanges::lighting),
            Row.of(15, "translation, rotation, stretching, shearing, lenses", new Geometry()),
            Row.of(16, "noise in training, marginalised in testing", new NoiseAndItsAverage())));
  }

  /** A grey picture of whole numbers. */
  static Image picture(int height, int width, float... values) {
    return Image.of(1, height, width, values);
  }

  /** What becomes of the picture, which stays as it is. */
  static Image changed(SampleTransform transform, Image image, RandomStream random) {
    float[] copy = image.values().clone();
    return transform.apply(Image.of(image.channels(), image.height(), image.width(), copy), random);
  }

  static double[] pixels(Image image) {
    double[] values = new double[image.values().length];
    Arrays.setAll(values, i -> image.values()[i]);
    return values;
  }

  private static List<Check> flips(Laboratory lab) {
    Image image = picture(2, 3, 1, 2, 3, 4, 5, 6);
    RandomStream random = new RandomStream(1, "flips");
    HorizontalFlip always = new HorizontalFlip(1);
    Image once = changed(always, image, random);
    Image twice = changed(always, once, random);
    int draws = 10_000;
    int flipped = 0;
    for (int i = 0; i < draws; i++) {
      flipped += changed(HorizontalFlip.of(), image, random).values()[0] == 3 ? 1 : 0;
    }
    double[] share = {(double) flipped / draws};
    return List.of(
        Check.byHand("1 2 3 over 4 5 6", "3 2 1 6 5 4", pixels(once), 0),
        Check.byHand("twice", "1 2 3 4 5 6", pixels(twice), 0),
        Check.byHand("share of 10,000 draws", "0.5", share, 4 * Math.sqrt(0.25 / draws)));
  }

  private static List<Check> scalesAndCrops(Laboratory lab) {
    Shape patch = ScaleJitterCrop.resNet().outputShape(Shape.of(3, 300, 400));
    Shape shortSide = new ResizeShortSide(256).outputShape(Shape.of(3, 300, 400));
    double[] lengths = lengths(ScaleJitterCrop.resNet());
    double smallest = Arrays.stream(lengths).min().orElseThrow();
    double largest = Arrays.stream(lengths).max().orElseThrow();
    double[] mean = {Moments.of(lengths).mean()};
    // 225 whole numbers have the standard deviation sqrt((225^2 - 1) / 12) = 64.95.
    double fourErrors = 4 * 64.95 / Math.sqrt(DRAWS);
    Set<Long> drawn = new TreeSet<>();
    for (double length : lengths(ScaleJitterCrop.of(256, 258, 224))) {
      drawn.add(Math.round(length));
    }
    return List.of(
        Check.lecture("patch of a 300x400 picture", "3 224 224", dimensions(patch), 0),
        Check.byHand("short side 256 of it", "3 256 341", dimensions(shortSide), 0),
        Check.that(
            "L of " + DRAWS + " draws in [256, 480]",
            smallest > 255.5 && largest < 480.5,
            Check.text(0, smallest) + " to " + Check.text(0, largest)),
        Check.byHand("mean of L", "368", mean, fourErrors),
        Check.that(
            "L of [256, 258], ends included",
            drawn.equals(Set.of(256L, 257L, 258L)),
            drawn.toString()));
  }

  /** The lengths that were drawn, as the slope of a ramp tells: 1 / L from pixel to pixel. */
  private static double[] lengths(ScaleJitterCrop transform) {
    float[] ramp = new float[300 * 300];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = (i % 300 + 0.5f) / 300;
    }
    RandomStream random = new RandomStream(1, "scales");
    double[] lengths = new double[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      Image patch = changed(transform, picture(300, 300, ramp), random);
      lengths[i] = 100 / (patch.get(0, 112, 162) - patch.get(0, 112, 62));
    }
    return lengths;
  }

  private static double[] dimensions(Shape shape) {
    return Arrays.stream(shape.toArray()).asDoubleStream().toArray();
  }

  private static List<Check> tenCrops(Laboratory lab) {
    Image square = picture(3, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    List<Image> views = TenCrop.of(1).of(square);
    double[] corners = views.stream().mapToDouble(view -> view.values()[0]).toArray();
    Image digit = Digits.draw(1, "test", 3);
    ModelSpec spec =
        ModelSpec.of(
            Linear.of(10), Shape.of(1, 24, 24), Digits.open(1, 10, 10).test().classNames());
    try (Model model = Model.create(spec, 1, lab.backend())) {
      double[] ours =
          MarginalizedPredictor.of(model)
              .views(TenCrop.of(24), Shape.of(1, 28, 28))
              .probabilities(List.of(digit))[0];
      double[] mean = new double[10];
      List<Image> crops = TenCrop.of(24).of(digit);
      for (Image crop : crops) {
        HostArray input = HostArray.of(Shape.of(1, 1, 24, 24), crop.values());
        double[] one = model.probabilities(input).toDoubles();
        Arrays.setAll(mean, c -> mean[c] + one[c] / crops.size());
      }
      return List.of(
          Check.byHand(
              "1x1 crops of 1 to 9, mirrored ones behind", "1 3 7 9 5 3 1 9 7 5", corners, 0),
          Check.that("views of a digit", crops.size() == 10, crops.size() + " of 24x24"),
          Check.atMost(
              "ours from the mean of 10 answers", Check.largestDifference(mean, ours), 1e-6));
    }
  }
}
