package dev.cambium.nd4j;

import dev.cambium.op.UnaryMath;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Prepared;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.impl.transforms.floating.Sqrt;
import org.nd4j.linalg.api.ops.impl.transforms.same.Abs;
import org.nd4j.linalg.api.ops.impl.transforms.same.Negative;
import org.nd4j.linalg.api.ops.impl.transforms.same.Reciprocal;
import org.nd4j.linalg.api.ops.impl.transforms.same.Square;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Log;
import org.nd4j.linalg.factory.Nd4j;

/** {@link UnaryMath} by ND4J's transforms, which are those of the C library. */
final class Nd4jUnaryMath {
  /** Makes a transform of ND4J's from x to z. */
  @FunctionalInterface
  private interface Transform {
    Op of(INDArray x, INDArray z);
  }

  private Nd4jUnaryMath() {}

  static Prepared prepare(UnaryMath op, Signature signature) {
    if (op.function() == UnaryMath.Function.SIGN) {
      return new Declined("ND4J's sign of NaN is 0");
    }
    Transform transform = transform(op.function());
    return signature.kernel(
        (in, out, scratch) ->
            Nd4j.getExecutioner().exec(transform.of(in[0].flat(), out[0].flat())));
  }

  private static Transform transform(UnaryMath.Function function) {
    return switch (function) {
      case EXP -> Exp::new;
      case LOG -> Log::new;
      case SQRT -> Sqrt::new;
      case SQUARE -> Square::new;
      case NEGATE -> Negative::new;
      case ABS -> Abs::new;
      case RECIPROCAL -> Reciprocal::new;
      case SIGN -> throw new AssertionError(function);
    };
  }
}
