package dev.cambium.cpu;

import dev.cambium.op.Affine;
import dev.cambium.spi.Buffer;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/**
 * {@link Affine} on INT32 and INT64: exact where scale and shift are whole numbers, else computed
 * in double and truncated.
 */
final class CpuIntegerAffine extends CpuLoop {
  private final double scale;
  private final double shift;
  private final boolean whole;
  private final IntegerElements x = new IntegerElements();
  private final IntegerElements y = new IntegerElements();

  CpuIntegerAffine(CpuPlatform platform, Affine op, List<ValueType> inputs) {
    super(platform, ((TensorType) inputs.get(0)).shape().size(), GRAIN);
    this.scale = op.scale();
    this.shift = op.shift();
    this.whole = scale == (long) scale && shift == (long) shift;
  }

  @Override
  void begin(Buffer[] inputs, Buffer[] outputs) {
    x.bind(CpuBuffer.of(inputs[0]));
    y.bind(CpuBuffer.of(outputs[0]));
  }

  @Override
  public void run(int chunk, long from, long to) {
    for (int i = (int) from; i < to; i++) {
      long value = x.get(i);
      y.put(i, whole ? (long) scale * value + (long) shift : (long) (scale * value + shift));
    }
  }
}
