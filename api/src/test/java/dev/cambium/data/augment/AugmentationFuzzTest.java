package dev.cambium.data.augment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Any numbers: they are refused with an IllegalArgumentException, or work. */
@Timeout(120)
class AugmentationFuzzTest {
  private static final int ROUNDS = 20_000;

  /** Numbers, most of them sensible, some at the ends of what a type can hold. */
  private record Numbers(RandomStream random) {
    private static final List<Double> ODD =
        List.of(
            0.0,
            -0.0,
            1.0,
            -1.0,
            1e-300,
            1e-30,
            1e30,
            1e300,
            -1e30,
            90.0,
            0.5,
            Double.NaN,
            Double.MIN_VALUE,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY);

    double real() {
      return random.nextInt(4) == 0
          ? ODD.get(random.nextInt(ODD.size()))
          : random.nextUniform(-0.5, 1.5);
    }

    int whole() {
      int[] odd = {0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 16, 1000};
      return random.nextInt(8) == 0 ? odd[random.nextInt(odd.length)] : random.nextInt(12);
    }

    Range range() {
      double a = real();
      double b = real();
      return random.nextInt(8) == 0 ? Range.of(a, b) : Range.of(Math.min(a, b), Math.max(a, b));
    }

    Padding padding() {
      return Padding.values()[random.nextInt(4)];
    }

    PcaLighting.Component component() {
      return new PcaLighting.Component(real(), real(), real(), real());
    }
  }

  private static final List<Function<Numbers, SampleTransform>> MAKERS =
      List.of(
          n -> new HorizontalFlip(n.real()),
          n -> new VerticalFlip(n.real()),
          n -> new PadAndCrop(n.whole(), n.padding(), (float) n.real()),
          n -> new RandomCrop(n.whole(), n.whole()),
          n -> new CenterCrop(n.whole(), n.whole()),
          n -> new Resize(n.whole(), n.whole()),
          n -> new ResizeShortSide(n.whole()),
          n -> new RandomResizedCrop(n.whole(), n.whole(), n.range(), n.range()),
          n -> new ScaleJitterCrop(n.whole(), n.whole(), n.whole(), n.whole()),
          n -> new Brightness(n.real()),
          n -> new Contrast(n.real()),
          n -> new Saturation(n.real()),
          n -> new Hue(n.real()),
          n -> new ColorJitter(n.range(), n.range(), n.range(), n.range()),
          n -> ColorJitter.of(n.real(), n.real(), n.real(), n.real()),
          n -> new Grayscale(n.real()),
          n -> new PcaLighting(List.of(n.component(), n.component()), n.real()),
          n ->
              new Affine(
                  n.real(),
                  n.real(),
                  n.real(),
                  n.real(),
                  n.real(),
                  n.real(),
                  n.real(),
                  (float) n.real()),
          n ->
              new RandomAffine(
                  n.range(),
                  n.real(),
                  n.real(),
                  n.range(),
                  n.range(),
                  n.range(),
                  n.range(),
                  (float) n.real()),
          n -> new LensDistortion(n.range(), (float) n.real()),
          n -> new GaussianNoise(n.real(), n.random().nextInt(2) == 0),
          n -> new Cutout(n.whole(), (float) n.real()),
          n -> RandomApply.of(PadAndCrop.of(n.whole()), n.real()),
          n ->
              new OneOf(
                  List.of(PadAndCrop.of(n.whole()), new Brightness(n.real())),
                  List.of(n.real(), n.real())),
          n -> Compose.of(RandomCrop.of(n.whole()), PadAndCrop.of(n.whole(), n.padding())));

  private static final List<Function<Numbers, Views>> VIEWS =
      List.of(
          n -> new FiveCrop(n.whole(), n.whole()),
          n -> new TenCrop(n.whole(), n.whole()),
          n -> new FlipViews(),
          n -> new CenterView(n.whole(), n.whole()));

  private final Numbers numbers = new Numbers(new RandomStream(11, "fuzz"));

  private Image image() {
    RandomStream random = numbers.random();
    Image image =
        Pictures.noise(
            1 + 2 * random.nextInt(2) + random.nextInt(20) / 19,
            1 + random.nextInt(9),
            1 + random.nextInt(9));
    if (random.nextInt(8) == 0) {
      image.values()[random.nextInt(image.values().length)] = Float.NaN;
    }
    return image;
  }

  private static Shape shape(Image image) {
    return Shape.of(image.channels(), image.height(), image.width());
  }

  @Test
  void transformsAreRefusedOrWork() {
    int[] worked = new int[MAKERS.size()];
    for (int i = 0; i < ROUNDS; i++) {
      int which = i % MAKERS.size();
      Image image = image();
      SampleTransform transform;
      Shape promised;
      try {
        transform = MAKERS.get(which).apply(numbers);
        promised = transform.outputShape(shape(image));
      } catch (IllegalArgumentException e) {
        assertTrue(e.getMessage().length() > 20, "a message says what is wrong: " + e);
        continue;
      }
      // What is only large takes long and shows nothing.
      if (promised.size() < 100_000) {
        Image changed = transform.apply(image, numbers.random());
        assertEquals(promised, shape(changed), transform.toString());
        worked[which]++;
      }
    }
    for (int which = 0; which < worked.length; which++) {
      assertTrue(worked[which] >= 10, "maker " + which + " worked " + worked[which] + " times");
    }
  }

  @Test
  void viewsAreRefusedOrWork() {
    int worked = 0;
    for (int i = 0; i < ROUNDS / 4; i++) {
      Image image = image();
      Views views;
      Shape promised;
      try {
        views = VIEWS.get(i % VIEWS.size()).apply(numbers);
        promised = views.outputShape(shape(image));
      } catch (IllegalArgumentException e) {
        continue;
      }
      for (Image view : views.of(image)) {
        assertEquals(promised, shape(view), views.toString());
      }
      worked++;
    }
    assertTrue(worked > ROUNDS / 40, worked + " worked");
  }

  @Test
  void shapesThatAreNoImagesAreRefused() {
    for (Shape shape :
        List.of(Shape.of(), Shape.of(8), Shape.of(3, 8), Shape.of(0, 4, 4), Shape.of(3, 0, 4))) {
      for (Function<Numbers, SampleTransform> maker : MAKERS) {
        for (int i = 0; i < 20; i++) {
          try {
            maker.apply(numbers).outputShape(shape);
          } catch (IllegalArgumentException e) {
            continue;
          }
          throw new AssertionError(shape + " was accepted");
        }
      }
    }
  }

  @Test
  void specsAreRefusedOrWork() {
    RandomStream random = numbers.random();
    var data = Pictures.dataset(2, 3, 9, 8);
    String letters = ":,.-0123459 abcxé";
    for (int i = 0; i < 2_000; i++) {
      StringBuilder spec = new StringBuilder();
      for (int part = random.nextInt(3); part >= 0; part--) {
        spec.append(Augmentations.names().get(random.nextInt(Augmentations.names().size())));
        spec.append(random.nextInt(4) > 0 ? ":" + random.nextInt(6) : "");
        for (int at = random.nextInt(3); at > 0; at--) {
          spec.append(letters.charAt(random.nextInt(letters.length())));
        }
        spec.append(part > 0 ? "," : "");
      }
      try {
        Augmentations.parse(spec.toString(), data).outputShape(data.sampleShape());
      } catch (IllegalArgumentException e) {
        assertTrue(e.getMessage().contains("augmentation"), e.getMessage());
      }
    }
  }
}
