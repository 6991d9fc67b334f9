package dev.cambium.cpu;

import dev.cambium.op.NonFiniteCount;
import dev.cambium.spi.Buffer;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.IntBuffer;
import java.util.List;

/** {@link NonFiniteCount}: NaN and infinities are what has nothing but ones in the exponent. */
final class CpuNonFiniteCount extends CpuLoop {
  private static final int EXPONENT = 0x7F800000;
  private static final int EXPONENT_UNIT = 0x00800000;

  private final int[] counts;
  private IntBuffer x;
  private IntBuffer y;

  CpuNonFiniteCount(CpuPlatform platform, List<ValueType> inputs) {
    super(platform, ((TensorType) inputs.get(0)).shape().size(), GRAIN);
    this.counts = new int[chunks()];
  }

  @Override
  void begin(Buffer[] inputs, Buffer[] outputs) {
    x = CpuBuffer.of(inputs[0]).ints();
    y = CpuBuffer.of(outputs[0]).ints();
  }

  @Override
  public void run(int chunk, long from, long to) {
    counts[chunk] = count(x, (int) from, (int) to);
  }

  private static int count(IntBuffer x, int from, int to) {
    int count = 0;
    for (int i = from; i < to; i++) {
      // Adding one to an exponent of all ones carries into the sign bit.
      count += ((x.get(i) & EXPONENT) + EXPONENT_UNIT) >>> 31;
    }
    return count;
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
