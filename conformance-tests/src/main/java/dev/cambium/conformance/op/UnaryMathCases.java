package dev.cambium.conformance.op;

import dev.cambium.op.UnaryMath;
import dev.cambium.op.UnaryMath.Function;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Functions of single elements, as accurate as the package of the operations promises. */
final class UnaryMathCases {
  private static final double INFINITY = Double.POSITIVE_INFINITY;
  private static final double LARGEST = Float.MAX_VALUE;

  /** No result of these is near the ends of FLOAT32, where a rounding decides on infinity. */
  private static final double[] SPECIAL = {
    0,
    -0.0,
    1,
    -1,
    Double.NaN,
    INFINITY,
    -INFINITY,
    LARGEST,
    -LARGEST,
    Float.MIN_NORMAL,
    -Float.MIN_NORMAL,
    1e-30,
    88,
    89,
    -80,
    -200,
    0x1p-24,
    1 - 0x1p-24,
    1 + 0x1p-23
  };

  private UnaryMathCases() {}

  /** Every row. */
  static List<OpCase> rows() {
    List<OpCase> rows = new ArrayList<>();
    for (Function function : Function.values()) {
      for (Shape shape : function == Function.EXP ? Shapes.ANY : Shapes.FEW) {
        rows.add(row(function, DType.FLOAT32, shape, "reals", domain(function)));
      }
      for (Shape shape : Shapes.FEW) {
        rows.add(row(function, DType.FLOAT64, shape, "reals", domain(function)));
      }
      Draw everywhere = wholeRange(function);
      rows.add(row(function, DType.FLOAT32, Shape.of(66_003), "large", everywhere));
      rows.add(row(function, DType.FLOAT32, Shape.of(4099), "whole range", everywhere));
      rows.add(row(function, DType.FLOAT64, Shape.of(513), "whole range", everywhere));
      for (DType dtype : Shapes.FLOATING) {
        Shape shape = Shape.of(1, 3, SPECIAL.length, 2);
        rows.add(row(function, dtype, shape, "special", Draw.of(SPECIAL)));
      }
    }
    for (Function function :
        List.of(Function.NEGATE, Function.SQRT, Function.ABS, Function.SIGN, Function.RECIPROCAL)) {
      rows.add(signOfZero(function));
    }
    return rows;
  }

  private static OpCase row(Function function, DType dtype, Shape x, String data, Draw draw) {
    return OpCase.of(
        new UnaryMath(function),
        function + " " + Shapes.named("x", dtype, x),
        data,
        accuracy(function),
        Operand.of(dtype, x, draw));
  }

  /** The ulps that the package of the operations states. */
  private static Tolerance accuracy(Function function) {
    return switch (function) {
      case EXP, LOG, SQRT -> Tolerance.ulps(3);
      case RECIPROCAL -> Tolerance.ulps(2.5);
      case SQUARE -> Tolerance.ulps(0.5);
      case NEGATE, ABS, SIGN -> Tolerance.EXACT;
    };
  }

  private static Draw domain(Function function) {
    return switch (function) {
      case LOG, SQRT -> Draw.uniform(0.01, 9);
      default -> Draw.normal();
    };
  }

  /** All magnitudes whose results are normal numbers of FLOAT32. */
  private static Draw wholeRange(Function function) {
    return switch (function) {
      case EXP -> Draw.uniform(-87, 88);
      case SQUARE -> magnitudes(-60, 60, true);
      case LOG, SQRT -> magnitudes(-120, 120, false);
      default -> magnitudes(-120, 120, true);
    };
  }

  private static Draw magnitudes(int from, int to, boolean signed) {
    return Draw.each(
        random ->
            Math.scalb(1 + random.nextDouble(), random.nextInt(from, to))
                * (signed && random.nextBoolean() ? -1 : 1));
  }

  /** The reciprocal of a result of 0 shows its sign. */
  private static OpCase signOfZero(Function function) {
    UnaryMath op = new UnaryMath(Function.RECIPROCAL);
    return OpCase.of(
            op,
            "of " + function + " x[6]",
            "signed zeros",
            Tolerance.ulps(2.5),
            Operand.of(Shape.of(6), Draw.of(0, -0.0, INFINITY, -INFINITY, -0.0, 4)))
        .described(
            (emitter, x) ->
                List.of(emitter.emit(op, emitter.emit(new UnaryMath(function), x.get(0)))))
        .zeros();
  }
}
