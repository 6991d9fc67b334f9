package dev.cambium.examples.lecture;

import dev.cambium.data.Dataset;
import dev.cambium.data.TensorDataset;
import dev.cambium.data.augment.ColorJitter;
import dev.cambium.data.augment.Contrast;
import dev.cambium.data.augment.PcaLighting;
import dev.cambium.data.augment.PcaLighting.Component;
import dev.cambium.image.Image;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.Arrays;
import java.util.List;

/** Rows 13 and 14: colours. */
final class ColourChanges {
  private static final int DRAWS = 10_000;

  private ColourChanges() {}

  /** y = f x + (1 - f) mean, and f drawn uniformly from 1 - 0.4 to 1 + 0.4. */
  static List<Check> contrast(Laboratory lab) {
    Image image = DataAugmentation.picture(2, 2, 0.2f, 0.4f, 0.6f, 0.8f);
    RandomStream random = new RandomStream(1, "contrast");
    Image more = DataAugmentation.changed(new Contrast(1.5), image, random);
    Image none = DataAugmentation.changed(new Contrast(0), image, random);
    Image same = DataAugmentation.changed(new Contrast(1), image, random);
    Image middle = DataAugmentation.picture(1, 2, 0.4f, 0.6f);
    double[] factors = new double[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      Image drawn = DataAugmentation.changed(ColorJitter.of(0, 0.4, 0, 0), middle, random);
      factors[i] = (drawn.values()[1] - drawn.values()[0]) / 0.2;
    }
    double smallest = Arrays.stream(factors).min().orElseThrow();
    double largest = Arrays.stream(factors).max().orElseThrow();
    double[] mean = {Moments.of(factors).mean()};
    double fourErrors = 4 * 0.8 / Math.sqrt(12.0 * DRAWS);
    return List.of(
        Check.byHand("factor 1.5", "0.05 0.35 0.65 0.95", DataAugmentation.pixels(more), 1e-6),
        Check.byHand("factor 0", "0.5 0.5 0.5 0.5", DataAugmentation.pixels(none), 1e-6),
        Check.byHand("factor 1", "0.2 0.4 0.6 0.8", DataAugmentation.pixels(same), 1e-7),
        Check.byHand("mean of 10,000 factors", "1.0", mean, fourErrors),
        Check.that(
            "all of [0.6, 1.4]",
            smallest > 0.6 - 1e-6 && largest < 1.4 + 1e-6,
            Check.text(4, smallest) + " to " + Check.text(4, largest)));
  }

  /** alpha lambda p with alpha of N(0, 0.1): so 0.1 lambda is the deviation along p. */
  static List<Check> lighting(Laboratory lab) {
    PcaLighting imageNet = PcaLighting.imageNet();
    double[] lambda = imageNet.components().stream().mapToDouble(Component::eigenvalue).toArray();
    Image grey = Image.filled(3, 1, 1, 0.5f);
    RandomStream random = new RandomStream(1, "lighting");
    double[][] along = new double[3][DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      float[] rgb = DataAugmentation.changed(imageNet, grey, random).values();
      for (int k = 0; k < 3; k++) {
        Component p = imageNet.components().get(k);
        along[k][i] =
            (rgb[0] - 0.5) * p.red() + (rgb[1] - 0.5) * p.green() + (rgb[2] - 0.5) * p.blue();
      }
    }
    double[] std = Arrays.stream(along).mapToDouble(values -> Moments.of(values).std()).toArray();
    double fourErrors = 4 * 0.02175 / Math.sqrt(2.0 * DRAWS);
    double smallest = 4 * 0.00045 / Math.sqrt(2.0 * DRAWS);
    double[] last = {std[2]};
    double[] fitted =
        PcaLighting.fit(colours()).components().stream()
            .mapToDouble(Component::eigenvalue)
            .toArray();
    return List.of(
        Check.against("published", "AlexNet's eigenvalues", "0.2175 0.0188 0.0045", lambda, 0),
        Check.byHand("deviation along each", "0.02175 0.00188 0.00045", std, fourErrors),
        Check.byHand("along the last alone", "0.00045", last, smallest),
        Check.byHand("eigenvalues of made-up colours", "0.09 0.04 0.01", fitted, 1e-6));
  }

  /** Eight pixels 0.5 +- 0.3 in red, +- 0.2 in green, +- 0.1 in blue, in all combinations. */
  private static Dataset colours() {
    HostArray pixels = HostArray.allocate(TensorType.float32(1, 3, 2, 4));
    for (int i = 0; i < 8; i++) {
      pixels.set(i, i % 2 == 0 ? 0.2 : 0.8);
      pixels.set(8 + i, i / 2 % 2 == 0 ? 0.3 : 0.7);
      pixels.set(16 + i, i / 4 == 0 ? 0.4 : 0.6);
    }
    return TensorDataset.of(pixels, HostArray.of(Shape.of(1), 0), List.of("colours"));
  }
}
