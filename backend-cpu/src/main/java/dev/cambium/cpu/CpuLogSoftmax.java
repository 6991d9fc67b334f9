package dev.cambium.cpu;

import dev.cambium.op.LogSoftmax;
import dev.cambium.tensor.ValueType;
import java.nio.FloatBuffer;
import java.util.List;

/** {@link LogSoftmax}. */
final class CpuLogSoftmax extends CpuClassRows {
  CpuLogSoftmax(CpuPlatform platform, List<ValueType> inputs) {
    super(platform, inputs);
  }

  @Override
  void row(FloatBuffer[] inputs, FloatBuffer output, int at, int classes) {
    FloatBuffer x = inputs[0];
    double maximum = maximum(x, at, classes);
    double logSum = Math.log(sumOfExponentials(x, maximum, at, classes));
    for (int i = at; i < at + classes; i++) {
      output.put(i, (float) (x.get(i) - maximum - logSum));
    }
  }
}
