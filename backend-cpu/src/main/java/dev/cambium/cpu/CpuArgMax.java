package dev.cambium.cpu;

import dev.cambium.op.ArgMax;
import dev.cambium.spi.Buffer;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.List;

/** {@link ArgMax}. */
final class CpuArgMax extends CpuLoop {
  private final int classes;
  private FloatBuffer scores;
  private IntBuffer y;

  CpuArgMax(CpuPlatform platform, List<ValueType> inputs) {
    this(platform, ((TensorType) inputs.get(0)).shape());
  }

  private CpuArgMax(CpuPlatform platform, Shape scores) {
    super(platform, scores.dim(0), Math.max(1, GRAIN / scores.dim(1)));
    this.classes = scores.dim(1);
  }

  @Override
  void begin(Buffer[] inputs, Buffer[] outputs) {
    scores = CpuBuffer.of(inputs[0]).floats();
    y = CpuBuffer.of(outputs[0]).ints();
  }

  @Override
  public void run(int chunk, long from, long to) {
    for (int row = (int) from; row < to; row++) {
      y.put(row, best(scores, row * classes, classes));
    }
  }

  /** The first class with the largest score; 0 when all are NaN. */
  static int best(FloatBuffer scores, int at, int classes) {
    int best = 0;
    float largest = scores.get(at);
    for (int c = 1; c < classes; c++) {
      float score = scores.get(at + c);
      // Unlike >=, this is true when the largest so far is NaN.
      if (!(largest >= score) && !Float.isNaN(score)) {
        best = c;
        largest = score;
      }
    }
    return best;
  }
}
