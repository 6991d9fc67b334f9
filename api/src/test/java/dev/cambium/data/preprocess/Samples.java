package dev.cambium.data.preprocess;

import dev.cambium.data.Dataset;
import dev.cambium.data.Preprocessing;
import dev.cambium.data.TensorDataset;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.List;

/** Small data sets for statistics. */
final class Samples {
  private Samples() {}

  static Dataset of(Shape shape, float... values) {
    int count = values.length / shape.intSize();
    int[] dimensions = new int[shape.rank() + 1];
    dimensions[0] = count;
    System.arraycopy(shape.toArray(), 0, dimensions, 1, shape.rank());
    return TensorDataset.of(
        HostArray.of(Shape.of(dimensions), values),
        HostArray.of(Shape.of(count), new int[count]),
        List.of("only"));
  }

  /** Four samples around (5, 7): 2 to either side along (0.6, 0.8) and 1 along (0.8, -0.6). */
  static Dataset turned() {
    return of(Shape.of(2), 6.2f, 8.6f, 3.8f, 5.4f, 5.8f, 6.4f, 4.2f, 7.6f);
  }

  /** Gaussians mixed so that each feature depends on those before it, around a mean. */
  static Dataset correlated(int count, Shape shape, double mean) {
    RandomStream random = new RandomStream(3, "correlated");
    int features = shape.intSize();
    float[] values = new float[count * features];
    for (int s = 0; s < count; s++) {
      double before = 0;
      for (int f = 0; f < features; f++) {
        before = 0.8 * before + random.nextGaussian();
        values[s * features + f] = (float) (mean + before);
      }
    }
    return of(shape, values);
  }

  static float[] apply(Preprocessing preprocessing, Dataset data, int index) {
    float[] sample = new float[data.sampleShape().intSize()];
    data.copy(index, sample, 0);
    return apply(preprocessing, data.sampleShape(), sample);
  }

  static float[] apply(Preprocessing preprocessing, Shape shape, float... sample) {
    float[] out = new float[preprocessing.outputShape(shape).intSize()];
    preprocessing.apply(sample, 0, out, 0, shape);
    return out;
  }
}
