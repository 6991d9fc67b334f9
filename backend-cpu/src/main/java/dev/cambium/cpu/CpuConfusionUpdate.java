package dev.cambium.cpu;

import dev.cambium.op.ConfusionUpdate;
import dev.cambium.spi.Buffer;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.List;

/** {@link ConfusionUpdate}, on one thread: any two rows may count in the same place. */
final class CpuConfusionUpdate extends CpuKernel {
  private final int rows;
  private final int classes;

  CpuConfusionUpdate(CpuPlatform platform, List<ValueType> inputs) {
    super(platform);
    Shape scores = ((TensorType) inputs.get(1)).shape();
    this.rows = scores.dim(0);
    this.classes = scores.dim(1);
  }

  @Override
  void execute(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
    CpuBuffer confusion = CpuBuffer.of(inputs[0]);
    CpuBuffer next = CpuBuffer.of(outputs[0]);
    IntBuffer y = next.ints();
    if (confusion.address() != next.address()) {
      copy(confusion.ints(), y, classes * classes);
    }
    FloatBuffer scores = CpuBuffer.of(inputs[1]).floats();
    IntBuffer labels = CpuBuffer.of(inputs[2]).ints();
    for (int row = 0; row < rows; row++) {
      int label = labels.get(row);
      if (label >= 0 && label < classes) {
        int at = label * classes + CpuArgMax.best(scores, row * classes, classes);
        y.put(at, y.get(at) + 1);
      }
    }
  }

  private static void copy(IntBuffer x, IntBuffer y, int n) {
    for (int i = 0; i < n; i++) {
      y.put(i, x.get(i));
    }
  }
}
