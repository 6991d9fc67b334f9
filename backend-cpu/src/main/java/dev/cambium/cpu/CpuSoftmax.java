package dev.cambium.cpu;

import dev.cambium.op.Softmax;
import dev.cambium.tensor.ValueType;
import java.nio.FloatBuffer;
import java.util.List;

/** {@link Softmax}. */
final class CpuSoftmax extends CpuClassRows {
  CpuSoftmax(CpuPlatform platform, List<ValueType> inputs) {
    super(platform, inputs);
  }

  @Override
  void row(FloatBuffer[] inputs, FloatBuffer output, int at, int classes) {
    FloatBuffer x = inputs[0];
    double maximum = maximum(x, at, classes);
    double sum = sumOfExponentials(x, maximum, at, classes);
    for (int i = at; i < at + classes; i++) {
      output.put(i, (float) (Math.exp(x.get(i) - maximum) / sum));
    }
  }
}
