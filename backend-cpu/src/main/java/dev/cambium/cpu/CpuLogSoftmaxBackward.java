package dev.cambium.cpu;

import dev.cambium.op.LogSoftmaxBackward;
import dev.cambium.tensor.ValueType;
import java.nio.FloatBuffer;
import java.util.List;

/** {@link LogSoftmaxBackward}. */
final class CpuLogSoftmaxBackward extends CpuClassRows {
  CpuLogSoftmaxBackward(CpuPlatform platform, List<ValueType> inputs) {
    super(platform, inputs);
  }

  @Override
  void row(FloatBuffer[] inputs, FloatBuffer output, int at, int classes) {
    FloatBuffer dy = inputs[0];
    FloatBuffer y = inputs[1];
    double sum = 0;
    for (int i = at; i < at + classes; i++) {
      sum += dy.get(i);
    }
    for (int i = at; i < at + classes; i++) {
      output.put(i, (float) (dy.get(i) - Math.exp(y.get(i)) * sum));
    }
  }
}
