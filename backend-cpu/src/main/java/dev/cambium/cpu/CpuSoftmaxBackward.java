package dev.cambium.cpu;

import dev.cambium.op.SoftmaxBackward;
import dev.cambium.tensor.ValueType;
import java.nio.FloatBuffer;
import java.util.List;

/** {@link SoftmaxBackward}. */
final class CpuSoftmaxBackward extends CpuClassRows {
  CpuSoftmaxBackward(CpuPlatform platform, List<ValueType> inputs) {
    super(platform, inputs);
  }

  @Override
  void row(FloatBuffer[] inputs, FloatBuffer output, int at, int classes) {
    FloatBuffer dy = inputs[0];
    FloatBuffer y = inputs[1];
    double sum = 0;
    for (int i = at; i < at + classes; i++) {
      sum += (double) dy.get(i) * y.get(i);
    }
    for (int i = at; i < at + classes; i++) {
      output.put(i, (float) (y.get(i) * (dy.get(i) - sum)));
    }
  }
}
