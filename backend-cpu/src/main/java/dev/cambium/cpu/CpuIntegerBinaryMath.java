package dev.cambium.cpu;

import dev.cambium.op.BinaryMath;
import dev.cambium.spi.Buffer;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** {@link BinaryMath} on INT32 and INT64, which only count; overflow wraps around. */
final class CpuIntegerBinaryMath extends CpuLoop {
  private final BinaryMath.Function function;
  private final StridedAxes aAxes;
  private final StridedAxes bAxes;
  private final IntegerElements a = new IntegerElements();
  private final IntegerElements b = new IntegerElements();
  private final IntegerElements y = new IntegerElements();

  CpuIntegerBinaryMath(CpuPlatform platform, BinaryMath op, List<ValueType> inputs) {
    this(platform, op, ((TensorType) inputs.get(0)).shape(), ((TensorType) inputs.get(1)).shape());
  }

  private CpuIntegerBinaryMath(CpuPlatform platform, BinaryMath op, Shape a, Shape b) {
    super(platform, a.broadcast(b).size(), GRAIN);
    this.function = op.function();
    this.aAxes = StridedAxes.stretched(a, a.broadcast(b));
    this.bAxes = StridedAxes.stretched(b, a.broadcast(b));
  }

  @Override
  void begin(Buffer[] inputs, Buffer[] outputs) {
    a.bind(CpuBuffer.of(inputs[0]));
    b.bind(CpuBuffer.of(inputs[1]));
    y.bind(CpuBuffer.of(outputs[0]));
  }

  @Override
  public void run(int chunk, long from, long to) {
    for (int i = (int) from; i < to; i++) {
      y.put(i, apply(function, a.get(aAxes.offset(i)), b.get(bAxes.offset(i))));
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
