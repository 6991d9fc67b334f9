package dev.cambium.conformance.op;

import dev.cambium.op.ArgMax;
import dev.cambium.op.ConfusionUpdate;
import dev.cambium.op.TopKCorrect;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Predictions and what is counted of them: ties, NaN, and labels that are no class. */
final class CountingCases {
  private static final double INFINITY = Double.POSITIVE_INFINITY;
  private static final int[][] SIZES = {
    {1, 1}, {0, 5}, {1, 2}, {7, 3}, {64, 10}, {17, 16}, {16, 17}, {3, 129}, {257, 9}, {33, 65},
    {4099, 7}, {517, 37}
  };

  /** Rows of four scores: equal ones, infinities, NaN first, in between and alone. */
  private static final double[][] SPECIAL = {
    {2, 2, 2, 2},
    {-INFINITY, Double.NaN, -INFINITY, -INFINITY},
    {Double.NaN, -INFINITY, -INFINITY, Double.NaN},
    {Double.NaN, 1, INFINITY, INFINITY},
    {Double.NaN, Double.NaN, Double.NaN, Double.NaN},
    {-0.0, 0, -1, Double.NaN}
  };

  private CountingCases() {}

  /** Every row. */
  static List<OpCase> rows() {
    List<OpCase> rows = new ArrayList<>();
    for (int[] size : SIZES) {
      Shape shape = Shape.of(size);
      all(rows, DType.FLOAT32, shape, "distinct", Draw.distinct(), true);
      all(rows, DType.FLOAT32, shape, "ties", Draw.integers(0, 2), true);
      all(rows, DType.FLOAT32, shape, "other labels", Draw.distinct(), false);
    }
    all(rows, DType.FLOAT64, Shape.of(17, 6), "ties", Draw.integers(0, 4), true);
    all(rows, DType.FLOAT64, Shape.of(17, 6), "close", close(), true);
    Draw special = Draw.of(Stream.of(SPECIAL).flatMapToDouble(Arrays::stream).toArray());
    all(rows, DType.FLOAT32, Shape.of(24, 4), "special", special, true);
    all(rows, DType.FLOAT32, Shape.of(24, 4), "special, other labels", special, false);
    all(rows, DType.FLOAT32, Shape.of(9, 5), "largest last", Draw.of(-5, -4, -3, -2, -1), true);
    all(
        rows,
        DType.FLOAT32,
        Shape.of(9, 5),
        "one ulp",
        Draw.of(1, 1 + 0x1p-23, 1, 1 + 0x1p-23, 1),
        true);
    return rows;
  }

  /** Numbers that FLOAT32 does not tell apart. */
  private static Draw close() {
    return Draw.each(random -> 1 + random.nextInt(9) * 0x1p-50);
  }

  private static void all(
      List<OpCase> rows, DType dtype, Shape shape, String data, Draw scores, boolean classes) {
    int n = shape.dim(0);
    int c = shape.dim(1);
    Draw labels = Draw.integers(0, c - 1);
    labels =
        classes ? labels : labels.with(0, 2, -1, c, Integer.MAX_VALUE, Integer.MIN_VALUE, c + 1);
    String what = Shapes.named("scores", dtype, shape);
    Operand scored = Operand.of(dtype, shape, scores);
    Operand labelled = Operand.of(DType.INT32, Shape.of(n), labels);
    if (classes) {
      rows.add(OpCase.of(new ArgMax(), what, data, Tolerance.EXACT, scored).zeros());
    }
    for (int k : new int[] {1, 2, 5, c + 1}) {
      OpCase row =
          OpCase.of(new TopKCorrect(k), k + " of " + what, data, Tolerance.EXACT, scored, labelled);
      if (rows.stream().noneMatch(other -> other.id().equals(row.id()))) {
        rows.add(row);
      }
    }
    Operand confusion =
        Operand.of(DType.INT32, Shape.of(c, c), Draw.integers(1, 1 << 20).with(0, 7, -5, 1 << 25));
    rows.add(
        OpCase.of(new ConfusionUpdate(), what, data, Tolerance.EXACT, confusion, scored, labelled));
  }
}
