package dev.cambium.conformance.op;

import dev.cambium.op.BinaryMath;
import dev.cambium.op.BinaryMath.Function;
import dev.cambium.op.UnaryMath;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Functions of pairs, under every form of broadcasting. Sum, difference and product are rounded
 * once, a quotient is within 2.5 ulp, maximum and minimum choose.
 */
final class BinaryMathCases {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  /**
   * Equal shapes; each operand stretched, along each axis, by each missing rank, both at once;
   * squares.
   */
  private static final String[][] PAIRS = {
    {"", ""},
    {"1", ""},
    {"", "17"},
    {"1023", "1023"},
    {"1025", "1"},
    {"1", "1025"},
    {"0", "1"},
    {"0", "0"},
    {"7 3", "3"},
    {"3", "7 3"},
    {"7 3", "7 1"},
    {"7 1", "1 3"},
    {"1 3", "7 1"},
    {"7 3", "1 1 1"},
    {"0 3", "3"},
    {"5 0", "5 1"},
    {"3 5 7", "5 1"},
    {"3 1 7", "1 5 1"},
    {"2 3 5 7", "2 3 5 7"},
    {"2 3 5 7", ""},
    {"", "2 3 5 7"},
    {"2 3 5 7", "7"},
    {"2 3 5 7", "5 1"},
    {"2 3 5 7", "3 1 1"},
    {"3 5 7", "2 3 5 7"},
    {"2 3 5 7", "1 3 1 1"},
    {"1 3 1 1", "2 3 5 7"},
    {"2 3 5 7", "2 1 1 1"},
    {"2 1 5 7", "2 3 5 1"},
    {"2 3 1 7", "1 1 5 1"},
    {"2 1 1 1", "1 3 5 7"},
    {"1 1 5 7", "2 3 1 1"},
    {"2 17 1 1", "2 17 3 5"},
    {"0 3 5 7", "3 1 1"},
    {"2 2 3 5 7", "2 3 5 7"},
    {"2 3 5 7", "2 2 3 5 7"},
    {"2 2 3 1 7", "3 5 1"},
    {"2 1 3 1 2", "1 3 1 5 1"},
    {"3 3 3 3 3", "3 1 3"},
    {"7 7", "7"},
    {"7", "7 7"},
    {"7 1", "7 7"},
    {"3 3 3 3", "3 1 1"}
  };

  private static final String[][] LARGE = {
    {"66003", "66003"}, {"513 129", "129"}, {"513 129", "513 1"}, {"5 67 11 13", "67 1 1"}
  };

  private static final String[][] FEW = {
    {"17", "17"},
    {"65 3", "3"},
    {"2 3 5 7", "3 1 1"},
    {"2 1 5 7", "3 1 7"},
    {"2 2 3 5 7", "2 3 5 7"}
  };

  private BinaryMathCases() {}

  /** Every row. */
  static List<OpCase> rows() {
    List<OpCase> rows = new ArrayList<>();
    for (Function function : Function.values()) {
      int every = function == Function.SUBTRACT ? 1 : 2;
      for (int i = function.ordinal() % every; i < PAIRS.length; i += every) {
        rows.add(reals(function, DType.FLOAT32, PAIRS[i]));
      }
      for (String[] pair : LARGE) {
        rows.add(
            row(
                function,
                DType.FLOAT32,
                pair,
                "large",
                accuracy(function),
                Draw.normal(),
                Draw.normal()));
      }
      for (String[] pair : FEW) {
        rows.add(reals(function, DType.FLOAT64, pair));
        if (function != Function.DIVIDE) {
          rows.add(integers(function, DType.FLOAT32, pair, 26));
          rows.add(integers(function, DType.INT32, pair, function == Function.MULTIPLY ? 15 : 30));
          rows.add(integers(function, DType.INT64, pair, function == Function.MULTIPLY ? 26 : 52));
        }
      }
      for (DType dtype : Shapes.FLOATING) {
        rows.add(special(function, dtype));
      }
      rows.add(withItself(function));
    }
    rows.addAll(List.of(ties(Function.MAXIMUM), ties(Function.MINIMUM)));
    for (Function function :
        List.of(Function.ADD, Function.SUBTRACT, Function.MULTIPLY, Function.DIVIDE)) {
      rows.add(signOfZero(function));
    }
    return rows;
  }

  private static OpCase row(
      Function function,
      DType dtype,
      String[] pair,
      String data,
      Tolerance tolerance,
      Draw a,
      Draw b) {
    Shape shapeOfA = Shapes.shape(pair[0]);
    Shape shapeOfB = Shapes.shape(pair[1]);
    return OpCase.of(
        new BinaryMath(function),
        function + " " + Shapes.named("a", dtype, shapeOfA) + " b" + shapeOfB,
        data,
        tolerance,
        Operand.of(dtype, shapeOfA, a),
        Operand.of(dtype, shapeOfB, b));
  }

  private static OpCase reals(Function function, DType dtype, String[] pair) {
    return row(function, dtype, pair, "reals", accuracy(function), Draw.normal(), Draw.normal());
  }

  private static Tolerance accuracy(Function function) {
    return switch (function) {
      case ADD, SUBTRACT, MULTIPLY -> Tolerance.ulps(0.5);
      case DIVIDE -> Tolerance.ulps(2.5);
      case MAXIMUM, MINIMUM -> Tolerance.EXACT;
    };
  }

  /** Integers of up to so many bits; in FLOAT32 few enough that the results are exact. */
  private static OpCase integers(Function function, DType dtype, String[] pair, int bits) {
    Draw draw =
        dtype == DType.FLOAT32
            ? Draw.integers(function == Function.MULTIPLY ? 4095 : 1 << 22)
            : Draw.each(random -> random.nextLong() >> (63 - bits));
    return row(function, dtype, pair, "integers", Tolerance.EXACT, draw, draw);
  }

  /** Each of these against each. */
  private static OpCase special(Function function, DType dtype) {
    double[] values = {
      0,
      -0.0,
      1,
      -3,
      Double.NaN,
      INFINITY,
      -INFINITY,
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      1e-18,
      -1e18
    };
    String[] pair = {values.length + " 1", "1 " + values.length};
    return row(
        function, dtype, pair, "special", accuracy(function), Draw.of(values), Draw.of(values));
  }

  /** One value as both operands, a and b in the same memory. */
  private static OpCase withItself(Function function) {
    BinaryMath op = new BinaryMath(function);
    Shape shape = Shapes.shape("2 3 5 7");
    return OpCase.of(
            op,
            function + " of a and a a" + shape,
            "reals",
            accuracy(function),
            Operand.of(shape, Draw.normal()))
        .described((emitter, in) -> emitter.emit(op, List.of(in.get(0), in.get(0))))
        .zeros();
  }

  /** Equal operands, and neighbours one ulp apart. */
  private static OpCase ties(Function function) {
    double next = 1 + 0x1p-23;
    return row(
        function,
        DType.FLOAT32,
        new String[] {"2 3 4 1", "2 3 4 1"},
        "ties",
        Tolerance.EXACT,
        Draw.of(1, next, 1, next, -1, -next),
        Draw.of(1, 1, next, next, -next, -next));
  }

  /** The reciprocal of a result of 0 shows its sign. */
  private static OpCase signOfZero(Function function) {
    UnaryMath op = new UnaryMath(UnaryMath.Function.RECIPROCAL);
    return OpCase.of(
            op,
            "of BinaryMath " + function + " a[8] b[8]",
            "signed zeros",
            Tolerance.ulps(2.5),
            Operand.of(Shape.of(8), Draw.of(0, 0, -0.0, -0.0, 0, -0.0, 1, -1)),
            Operand.of(Shape.of(8), Draw.of(1, -1, 1, -1, INFINITY, 2, -INFINITY, 1)))
        .described(
            (emitter, in) ->
                List.of(
                    emitter.emit(op, emitter.emit(new BinaryMath(function), in.get(0), in.get(1)))))
        .zeros();
  }
}
