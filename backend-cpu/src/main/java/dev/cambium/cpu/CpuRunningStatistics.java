package dev.cambium.cpu;

import dev.cambium.op.RunningStatistics;
import dev.cambium.spi.Buffer;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.FloatBuffer;
import java.util.List;

/** {@link RunningStatistics}, computed in double and rounded once. */
final class CpuRunningStatistics extends CpuKernel {
  private final double momentum;
  private final double unbias;
  private final int channels;

  CpuRunningStatistics(CpuPlatform platform, RunningStatistics op, List<ValueType> inputs) {
    super(platform);
    this.momentum = op.momentum();
    this.unbias = op.count() / (op.count() - 1.0);
    this.channels = ((TensorType) inputs.get(0)).shape().dim(0);
  }

  @Override
  void execute(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
    move(inputs[0], inputs[2], outputs[0], 1);
    move(inputs[1], inputs[3], outputs[1], unbias);
  }

  private void move(Buffer running, Buffer batch, Buffer next, double factor) {
    FloatBuffer r = CpuBuffer.of(running).floats();
    FloatBuffer x = CpuBuffer.of(batch).floats();
    FloatBuffer y = CpuBuffer.of(next).floats();
    for (int c = 0; c < channels; c++) {
      y.put(c, (float) ((1 - momentum) * r.get(c) + momentum * x.get(c) * factor));
    }
  }
}
