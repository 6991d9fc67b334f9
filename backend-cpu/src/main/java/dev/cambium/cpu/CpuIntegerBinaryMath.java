package dev.cambium.cpu;

import dev.cambium.op.BinaryMath;
import dev.cambium.spi.Buffer;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** {@link BinaryMath} on INT32 and INT64, which only count; overflow wraps around. */
final class CpuIntegerBinaryMath extends CpuLoop {
  private final BinaryMath.Function function;
  private final StridedAxes axes;
  private final IntegerElements a = new IntegerElements();
  private final IntegerElements b = new IntegerElements();
  private final IntegerElements y = new IntegerElements();

  CpuIntegerBinaryMath(CpuPlatform platform, BinaryMath op, List<ValueType> inputs) {
    this(platform, op, CpuBinaryMath.axes(inputs));
  }

  private CpuIntegerBinaryMath(CpuPlatform platform, BinaryMath op, StridedAxes axes) {
    super(platform, axes.elements(), GRAIN);
    this.function = op.function();
    this.axes = axes;
  }

  @Override
  void begin(Buffer[] inputs, Buffer[] outputs) {
    a.bind(CpuBuffer.of(inputs[0]));
    b.bind(CpuBuffer.of(inputs[1]));
    y.bind(CpuBuffer.of(outputs[0]));
  }

  @Override
  public void run(int chunk, long from, long to) {
    int length = axes.rowLength();
    for (int i = (int) from; i < to; i++) {
      int row = i / length;
      int column = i % length;
      long left = a.get(axes.rowStart(0, row) + column * axes.rowStride(0));
      long right = b.get(axes.rowStart(1, row) + column * axes.rowStride(1));
      y.put(i, apply(function, left, right));
    }
  }

  private static long apply(BinaryMath.Function function, long a, long b) {
    return switch (function) {
      case ADD -> a + b;
      case SUBTRACT -> a - b;
      case MULTIPLY -> a * b;
      case MAXIMUM -> Math.max(a, b);
      case MINIMUM -> Math.min(a, b);
      case DIVIDE -> throw new IllegalArgumentException("DIVIDE is for floating types only");
    };
  }
}
