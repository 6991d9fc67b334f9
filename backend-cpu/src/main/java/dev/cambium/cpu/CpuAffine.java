package dev.cambium.cpu;

import dev.cambium.op.Affine;
import dev.cambium.spi.Buffer;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.FloatBuffer;
import java.util.List;

/** {@link Affine} on FLOAT32, computed in double and rounded once. */
final class CpuAffine extends CpuLoop {
  private final double scale;
  private final double shift;
  private FloatBuffer x;
  private FloatBuffer y;

  CpuAffine(CpuPlatform platform, Affine op, List<ValueType> inputs) {
    super(platform, ((TensorType) inputs.get(0)).shape().size(), GRAIN);
    this.scale = op.scale();
    this.shift = op.shift();
  }

  @Override
  void begin(Buffer[] inputs, Buffer[] outputs) {
    x = CpuBuffer.of(inputs[0]).floats();
    y = CpuBuffer.of(outputs[0]).floats();
  }

  @Override
  public void run(int chunk, long from, long to) {
    line(x, y, (int) from, (int) to, scale, shift);
  }

  private static void line(
      FloatBuffer x, FloatBuffer y, int from, int to, double scale, double shift) {
    for (int i = from; i < to; i++) {
      y.put(i, (float) (scale * x.get(i) + shift));
    }
  }
}
