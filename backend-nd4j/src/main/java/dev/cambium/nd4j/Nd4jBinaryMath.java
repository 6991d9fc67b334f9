package dev.cambium.nd4j;

import dev.cambium.op.BinaryMath;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Prepared;

/** {@link BinaryMath} by ND4J's operations of the same names, which stretch as NumPy does. */
final class Nd4jBinaryMath {
  private Nd4jBinaryMath() {}

  static Prepared prepare(BinaryMath op, Signature signature) {
    boolean selects =
        op.function() == BinaryMath.Function.MAXIMUM
            || op.function() == BinaryMath.Function.MINIMUM;
    if (selects && signature.dtype().isFloating()) {
      return new Declined("ND4J's maximum and minimum drop a NaN of the first operand");
    }
    Nd4jOperation operation = Nd4jOperation.of(name(op.function()));
    boolean alike = signature.shape(0).equals(signature.shape(1));
    return signature.kernel(
        (in, out, scratch) -> {
          if (alike) {
            operation.run(in[0].flat(), in[1].flat(), out[0].flat());
          } else {
            operation.run(in[0].array(), in[1].array(), out[0].array());
          }
        });
  }

  private static String name(BinaryMath.Function function) {
    return switch (function) {
      case ADD -> "add";
      case SUBTRACT -> "subtract";
      case MULTIPLY -> "multiply";
      case DIVIDE -> "divide";
      case MAXIMUM -> "maximum";
      case MINIMUM -> "minimum";
    };
  }
}
