package dev.cambium.cpu;

import dev.cambium.op.UnaryMath;
import dev.cambium.spi.Buffer;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.FloatBuffer;
import java.util.List;

/** {@link UnaryMath}, each result rounded once. */
final class CpuUnaryMath extends CpuLoop {
  private final Loop loop;
  private FloatBuffer x;
  private FloatBuffer y;

  CpuUnaryMath(CpuPlatform platform, UnaryMath op, List<ValueType> inputs) {
    super(platform, ((TensorType) inputs.get(0)).shape().size(), grain(op.function()));
    this.loop = loop(op.function());
  }

  /** One function over a range of elements. */
  @FunctionalInterface
  private interface Loop {
    void run(FloatBuffer x, FloatBuffer y, int from, int to);
  }

  private static long grain(UnaryMath.Function function) {
    return switch (function) {
      case EXP, LOG -> GRAIN / 16;
      default -> GRAIN;
    };
  }

  private static Loop loop(UnaryMath.Function function) {
    return switch (function) {
      case EXP -> CpuUnaryMath::exp;
      case LOG -> CpuUnaryMath::log;
      case SQRT -> CpuUnaryMath::sqrt;
      case SQUARE -> CpuUnaryMath::square;
      case NEGATE -> CpuUnaryMath::negate;
      case ABS -> CpuUnaryMath::abs;
      case RECIPROCAL -> CpuUnaryMath::reciprocal;
      case SIGN -> CpuUnaryMath::sign;
    };
  }

  @Override
  void begin(Buffer[] inputs, Buffer[] outputs) {
    x = CpuBuffer.of(inputs[0]).floats();
    y = CpuBuffer.of(outputs[0]).floats();
  }

  @Override
  public void run(int chunk, long from, long to) {
    loop.run(x, y, (int) from, (int) to);
  }

  private static void exp(FloatBuffer x, FloatBuffer y, int from, int to) {
    for (int i = from; i < to; i++) {
      y.put(i, (float) Math.exp(x.get(i)));
    }
  }

  private static void log(FloatBuffer x, FloatBuffer y, int from, int to) {
    for (int i = from; i < to; i++) {
      y.put(i, (float) Math.log(x.get(i)));
    }
  }

  private static void sqrt(FloatBuffer x, FloatBuffer y, int from, int to) {
    for (int i = from; i < to; i++) {
      y.put(i, (float) Math.sqrt(x.get(i)));
    }
  }

  private static void square(FloatBuffer x, FloatBuffer y, int from, int to) {
    for (int i = from; i < to; i++) {
      float value = x.get(i);
      y.put(i, value * value);
    }
  }

  private static void negate(FloatBuffer x, FloatBuffer y, int from, int to) {
    for (int i = from; i < to; i++) {
      y.put(i, -x.get(i));
    }
  }

  private static void abs(FloatBuffer x, FloatBuffer y, int from, int to) {
    for (int i = from; i < to; i++) {
      y.put(i, Math.abs(x.get(i)));
    }
  }

  private static void reciprocal(FloatBuffer x, FloatBuffer y, int from, int to) {
    for (int i = from; i < to; i++) {
      y.put(i, 1 / x.get(i));
    }
  }

  private static void sign(FloatBuffer x, FloatBuffer y, int from, int to) {
    for (int i = from; i < to; i++) {
      y.put(i, Math.signum(x.get(i)));
    }
  }
}
