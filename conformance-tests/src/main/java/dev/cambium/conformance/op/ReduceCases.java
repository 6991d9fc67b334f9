package dev.cambium.conformance.op;

import dev.cambium.op.NonFiniteCount;
import dev.cambium.op.Reduce;
import dev.cambium.op.Reduce.Function;
import dev.cambium.op.SumOfSquares;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Sums, means and maxima over every subset of axes, and over whole tensors. Sums of integers are
 * exact, of reals in the bound of any order of summation. A mean is the sum divided by the count: a
 * quotient of 2.5 ulp, or a product with such a reciprocal, 3 ulp; two roundings more in the bound
 * of reals.
 */
final class ReduceCases {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  private ReduceCases() {}

  /** Every row. */
  static List<OpCase> rows() {
    List<OpCase> rows = new ArrayList<>();
    boolean keep = false;
    for (Shape shape : Shapes.shapes("", "17", "5 9", "3 5 7", "2 3 5 7", "2 3 2 5 3")) {
      for (List<Integer> axes : Shapes.subsets(shape.rank())) {
        for (Function function : Function.values()) {
          keep = !keep;
          rows.add(row(function, axes, keep, DType.FLOAT32, shape, "integers"));
          if (function != Function.MAXIMUM) {
            rows.add(row(function, axes, !keep, DType.FLOAT32, shape, "reals"));
          }
        }
      }
    }
    for (Function function : Function.values()) {
      sizes(rows, function);
      special(rows, function);
      large(rows, function);
    }
    nothing(rows);
    sumsOfSquares(rows);
    nonFiniteCounts(rows);
    return rows;
  }

  /** Around vectors and blocks; long rows, many rows, channels, and all pixels of a channel. */
  private static void sizes(List<OpCase> rows, Function function) {
    for (int n : new int[] {1, 7, 8, 15, 16, 31, 33, 63, 65, 257, 1023, 1025, 4099}) {
      rows.add(row(function, List.of(0), false, DType.FLOAT32, Shape.of(n), "reals"));
      rows.add(row(function, List.of(1), false, DType.FLOAT32, Shape.of(3, n), "reals"));
      rows.add(row(function, List.of(0), true, DType.FLOAT32, Shape.of(n, 5), "reals"));
    }
    for (int c : new int[] {1, 8, 17, 33}) {
      Shape image = Shape.of(3, c, 4, 5);
      rows.add(row(function, List.of(0, 2, 3), false, DType.FLOAT32, image, "reals"));
      rows.add(row(function, List.of(2, 3), true, DType.FLOAT32, image, "reals"));
      rows.add(row(function, List.of(1), true, DType.FLOAT32, image, "reals"));
    }
    for (List<Integer> axes : List.of(List.of(0, 1, 2, 3), List.of(1), List.of(2, 3))) {
      rows.add(row(function, axes, false, DType.FLOAT64, Shape.of(2, 3, 5, 7), "reals"));
    }
  }

  private static void large(List<OpCase> rows, Function function) {
    for (String shape : new String[] {"140009", "3 30011", "30011 3", "5 33 17 29"}) {
      Operand x = Operand.of(Shapes.shape(shape), Draw.integers(-99, 99));
      for (List<Integer> axes : Shapes.subsets(x.type().shape().rank())) {
        if (axes.size() < 2 || axes.equals(List.of(0, 2, 3))) {
          rows.add(row(function, axes, false, x, "large", true));
        }
      }
    }
  }

  private static OpCase row(
      Function function, List<Integer> axes, boolean keep, DType dtype, Shape x, String data) {
    boolean integers = data.equals("integers");
    Draw draw = integers ? Draw.wide() : Draw.normal();
    return row(function, axes, keep, Operand.of(dtype, x, draw), data, integers);
  }

  private static OpCase row(
      Function function,
      List<Integer> axes,
      boolean keep,
      Operand x,
      String data,
      boolean exactSums) {
    Reduce op = new Reduce(function, axes, keep);
    Shape shape = x.type().shape();
    double terms = axes.stream().mapToInt(shape::dim).reduce(1, Math::multiplyExact);
    String over = (axes.isEmpty() ? "no axes" : "axes " + axes) + (keep ? " kept" : "");
    return OpCase.of(
        op,
        function + " " + Shapes.named("x", x.type().dtype(), shape) + " over " + over,
        data,
        tolerance(op, terms, exactSums),
        x);
  }

  private static Tolerance tolerance(Reduce op, double terms, boolean exactSums) {
    if (op.function() == Function.MAXIMUM || terms == 1) {
      return Tolerance.EXACT;
    }
    if (!exactSums) {
      return Tolerance.products(op, terms);
    }
    return op.function() == Function.SUM ? Tolerance.EXACT : Tolerance.ulps(3);
  }

  private static void special(List<OpCase> rows, Function function) {
    Shape shape = Shape.of(6, 33);
    for (double value : new double[] {Double.NaN, INFINITY, -INFINITY}) {
      Draw draw = Draw.integers(1, 99).with(5, 61, value);
      rows.add(row(function, List.of(1), false, Operand.of(shape, draw), "with " + value, true));
    }
    Draw infinities = Draw.integers(1, 99).with(3, 16, INFINITY, -INFINITY);
    rows.add(
        row(function, List.of(1), false, Operand.of(shape, infinities), "both infinities", true));
    Draw beside = Draw.of(-INFINITY, Double.NaN, 1, INFINITY);
    rows.add(row(function, List.of(0), true, Operand.of(Shape.of(8, 4), beside), "columns", true));
    Draw negative = Draw.uniform(-1e30, -1e29);
    rows.add(
        row(
            function,
            List.of(0, 2),
            false,
            Operand.of(Shape.of(5, 3, 7), negative),
            "all negative",
            false));
    rows.add(
        row(
            function,
            List.of(0),
            false,
            Operand.of(Shape.of(40), Draw.of(-INFINITY)),
            "all -Infinity",
            true));
    Draw cancelling = Draw.of(1 << 23, 3, -(1 << 23), 1);
    rows.add(
        row(
            function,
            List.of(1),
            false,
            Operand.of(Shape.of(3, 4), cancelling),
            "cancelling",
            true));
  }

  /** A sum over nothing is 0; a mean or maximum whose result is empty, too, is no error. */
  private static void nothing(List<OpCase> rows) {
    for (List<Integer> axes : List.of(List.of(0), List.of(0, 2, 3), List.of(0, 1, 2, 3))) {
      Operand x = Operand.of(Shape.of(0, 3, 2, 2), Draw.normal());
      rows.add(row(Function.SUM, axes, false, x, "nothing", true).zeros());
    }
    for (Function function : Function.values()) {
      Operand x = Operand.of(Shape.of(0, 3, 2, 2), Draw.normal());
      rows.add(row(function, List.of(1, 2), true, x, "nothing", true));
      rows.add(row(function, List.of(), false, x, "nothing", true));
    }
  }

  private static void sumsOfSquares(List<OpCase> rows) {
    List<List<Shape>> tables =
        List.of(
            Shapes.shapes(""),
            Shapes.shapes("1"),
            Shapes.shapes("7"),
            Shapes.shapes("1023"),
            Shapes.shapes("1025"),
            Shapes.shapes("2 3 5 7"),
            Shapes.shapes("17", "", "3 5"),
            Shapes.shapes("0", "5"),
            Shapes.shapes("4099", "2 3 5 7", "0 2", "1", "2 3 2 3 5", "33", "65 3"));
    for (List<Shape> tensors : tables) {
      rows.add(squares(DType.FLOAT32, tensors, "integers", Draw.integers(1, 60), true));
      rows.add(squares(DType.FLOAT32, tensors, "reals", Draw.normal(), false));
      rows.add(squares(DType.FLOAT64, tensors, "reals", Draw.normal(), false));
    }
    Draw signs = Draw.integers(-5, 5);
    rows.add(squares(DType.FLOAT32, Shapes.shapes("70001", "3 5 7 11"), "large", signs, true));
    List<Shape> two = Shapes.shapes("9", "2 3 5 7");
    rows.add(squares(DType.FLOAT32, Shapes.shapes("0"), "nothing", Draw.normal(), true).zeros());
    List<Shape> many = Collections.nCopies(37, two).stream().flatMap(List::stream).toList();
    rows.add(squares(DType.FLOAT32, many, "many", signs, true));
    rows.add(squares(DType.FLOAT32, two, "NaN", Draw.normal().with(4, 200, Double.NaN), false));
    rows.add(
        squares(
            DType.FLOAT32, two, "infinite", Draw.normal().with(7, 9, INFINITY, -INFINITY), false));
    rows.add(squares(DType.FLOAT32, two, "overflow", Draw.of(1e25, -1e30), false));
    rows.add(squares(DType.FLOAT32, two, "one sign", Draw.uniform(-1e-3, -1e-4), false));
  }

  private static OpCase squares(
      DType dtype, List<Shape> shapes, String data, Draw draw, boolean exact) {
    double terms = shapes.stream().mapToDouble(Shape::size).sum();
    return OpCase.of(
        new SumOfSquares(),
        dtype + " " + (shapes.size() > 20 ? shapes.size() + " tensors" : shapes),
        data,
        exact ? Tolerance.EXACT : Tolerance.products(new SumOfSquares(), terms),
        shapes.stream().map(shape -> Operand.of(dtype, shape, draw)).toArray(Operand[]::new));
  }

  private static void nonFiniteCounts(List<OpCase> rows) {
    Draw mixed =
        Draw.normal().with(0, 3, Double.NaN, INFINITY, -INFINITY, Float.MAX_VALUE, Float.MIN_VALUE);
    for (Shape shape : Shapes.ANY) {
      rows.add(nonFinite(DType.FLOAT32, shape, "mixed", mixed));
      rows.add(nonFinite(DType.FLOAT32, shape, "all", Draw.of(Double.NaN, -INFINITY)));
    }
    for (Shape shape : Shapes.FEW) {
      rows.add(nonFinite(DType.FLOAT64, shape, "mixed", mixed));
    }
    rows.add(nonFinite(DType.FLOAT32, Shape.of(66_003), "large", mixed));
    for (double last : new double[] {Double.NaN, INFINITY, -INFINITY, 1}) {
      rows.add(
          nonFinite(
              DType.FLOAT32, Shape.of(1025), "last " + last, Draw.normal().with(1024, 1, last)));
    }
    rows.add(nonFinite(DType.FLOAT32, Shape.of(31), "none", Draw.of(-3e38, 3e38, 1e-40)));
    rows.add(nonFinite(DType.FLOAT64, Shape.of(31), "beyond FLOAT32", Draw.of(-1e300, 1e300)));
  }

  private static OpCase nonFinite(DType dtype, Shape shape, String data, Draw draw) {
    return OpCase.of(
        new NonFiniteCount(),
        Shapes.named("x", dtype, shape),
        data,
        Tolerance.EXACT,
        Operand.of(dtype, shape, draw));
  }
}
