package dev.cambium.cpu;

import dev.cambium.spi.Buffer;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * A loop over rows of C scores that lie side by side: the rows of [N, C], and, as images lie
 * channels-last, the pixels of [N, C, H, W]. Rows are computed in double.
 */
abstract class CpuClassRows extends CpuLoop {
  private static final int EXPONENTIALS_PER_CHUNK = 2048;

  private final FloatBuffer[] inputs;
  private final int classes;
  private FloatBuffer output;

  CpuClassRows(CpuPlatform platform, List<ValueType> inputs) {
    this(platform, ((TensorType) inputs.get(0)).shape(), inputs.size());
  }

  private CpuClassRows(CpuPlatform platform, Shape scores, int inputs) {
    super(
        platform,
        scores.size() / scores.dim(1),
        Math.max(1, EXPONENTIALS_PER_CHUNK / scores.dim(1)));
    this.inputs = new FloatBuffer[inputs];
    this.classes = scores.dim(1);
  }

  @Override
  final void begin(Buffer[] inputs, Buffer[] outputs) {
    for (int i = 0; i < inputs.length; i++) {
      this.inputs[i] = CpuBuffer.of(inputs[i]).floats();
    }
    output = CpuBuffer.of(outputs[0]).floats();
  }

  @Override
  public final void run(int chunk, long from, long to) {
    for (int row = (int) from; row < to; row++) {
      row(inputs, output, row * classes, classes);
    }
  }

  /** Computes elements {@code at} to {@code at + classes - 1} of the output. */
  abstract void row(FloatBuffer[] inputs, FloatBuffer output, int at, int classes);

  /** The largest score; NaN when there is one. */
  static float maximum(FloatBuffer x, int at, int classes) {
    float maximum = Float.NEGATIVE_INFINITY;
    for (int i = at; i < at + classes; i++) {
      maximum = Math.max(maximum, x.get(i));
    }
    return maximum;
  }

  /** sum_c exp(x_c - maximum). */
  static double sumOfExponentials(FloatBuffer x, double maximum, int at, int classes) {
    double sum = 0;
    for (int i = at; i < at + classes; i++) {
      sum += Math.exp(x.get(i) - maximum);
    }
    return sum;
  }
}
