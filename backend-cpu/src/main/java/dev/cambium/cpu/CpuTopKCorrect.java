package dev.cambium.cpu;

import dev.cambium.op.TopKCorrect;
import dev.cambium.spi.Buffer;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.List;

/** {@link TopKCorrect}. */
final class CpuTopKCorrect extends CpuLoop {
  private final int k;
  private final int classes;
  private final int[] counts;
  private FloatBuffer scores;
  private IntBuffer labels;
  private IntBuffer y;

  CpuTopKCorrect(CpuPlatform platform, TopKCorrect op, List<ValueType> inputs) {
    this(platform, op, ((TensorType) inputs.get(0)).shape());
  }

  private CpuTopKCorrect(CpuPlatform platform, TopKCorrect op, Shape scores) {
    super(platform, scores.dim(0), Math.max(1, GRAIN / scores.dim(1)));
    this.k = op.k();
    this.classes = scores.dim(1);
    this.counts = new int[chunks()];
  }

  @Override
  void begin(Buffer[] inputs, Buffer[] outputs) {
    scores = CpuBuffer.of(inputs[0]).floats();
    labels = CpuBuffer.of(inputs[1]).ints();
    y = CpuBuffer.of(outputs[0]).ints();
  }

  @Override
  public void run(int chunk, long from, long to) {
    int count = 0;
    for (int row = (int) from; row < to; row++) {
      int label = labels.get(row);
      if (label >= 0 && label < classes && isAmongBest(row * classes, label)) {
        count++;
      }
    }
    counts[chunk] = count;
  }

  private boolean isAmongBest(int at, int label) {
    float own = scores.get(at + label);
    int better = 0;
    for (int c = 0; c < classes; c++) {
      float score = scores.get(at + c);
      if (score > own || (score == own && c < label)) {
        better++;
      }
    }
    return !Float.isNaN(own) && better < k;
  }

  @Override
  void end() {
    int sum = 0;
    for (int count : counts) {
      sum += count;
    }
    y.put(0, sum);
  }
}
