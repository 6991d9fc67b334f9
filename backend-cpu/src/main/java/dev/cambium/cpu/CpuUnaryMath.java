package dev.cambium.cpu;

import dev.cambium.op.UnaryMath;
import dev.cambium.spi.Buffer;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.FloatBuffer;
import java.util.List;

/** {@link UnaryMath}, each result rounded once. */
final class CpuUnaryMath extends CpuLoop {
  private final Workspaces<Block> blocks;
  private final InPlace function;
  private FloatBuffer x;
  private FloatBuffer y;

  CpuUnaryMath(CpuPlatform platform, UnaryMath op, List<ValueType> inputs) {
    super(platform, ((TensorType) inputs.get(0)).shape().size(), grain(op.function()));
    this.blocks = new Workspaces<>(platform, Block::new);
    this.function = function(op.function());
  }

  /** Replaces the first n elements. */
  @FunctionalInterface
  private interface InPlace {
    void apply(float[] x, int n);
  }

  private static long grain(UnaryMath.Function function) {
    return switch (function) {
      case EXP, LOG -> GRAIN / 16;
      default -> GRAIN;
    };
  }

  private static InPlace function(UnaryMath.Function function) {
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
    Block block = blocks.take();
    try {
      for (int at = (int) from; at < to; at += Block.SIZE) {
        int n = (int) Math.min(Block.SIZE, to - at);
        x.get(at, block.a, 0, n);
        function.apply(block.a, n);
        y.put(at, block.a, 0, n);
      }
    } finally {
      blocks.give(block);
    }
  }

  private static void exp(float[] x, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = (float) Math.exp(x[i]);
    }
  }

  private static void log(float[] x, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = (float) Math.log(x[i]);
    }
  }

  private static void sqrt(float[] x, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = (float) Math.sqrt(x[i]);
    }
  }

  private static void square(float[] x, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = x[i] * x[i];
    }
  }

  private static void negate(float[] x, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = -x[i];
    }
  }

  private static void abs(float[] x, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = Math.abs(x[i]);
    }
  }

  private static void reciprocal(float[] x, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = 1 / x[i];
    }
  }

  private static void sign(float[] x, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = Math.signum(x[i]);
    }
  }
}
