package dev.cambium.conformance.op;

import dev.cambium.op.Dropout;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which elements are dropped, to the bit: no input is 0, so every element tells. The kept ones are
 * multiplied by a FLOAT32, in either type, and rounded once.
 */
final class DropoutCases {
  private static final int STREAM = 0x5EED_CAFE;
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  /** Seed low, seed high, step low, step high. */
  private static final double[][] POSITIONS = {
    {0, 0, 0, 0},
    {-1, -1, -1, -1},
    {Integer.MIN_VALUE, Integer.MAX_VALUE, Integer.MIN_VALUE, Integer.MAX_VALUE},
    {Integer.MAX_VALUE, Integer.MIN_VALUE, Integer.MAX_VALUE, Integer.MIN_VALUE},
    {1, 0, 0, 0},
    {0, 1, 0, 0},
    {0, 0, 1, 0},
    {0, 0, 0, 1},
    {16777217, -16777217, 123456789, -987654321}
  };

  private DropoutCases() {}

  /** Every row. */
  static List<OpCase> rows() {
    List<OpCase> rows = new ArrayList<>();
    Draw reals = nonZero();
    for (Shape shape : Shapes.ANY) {
      rows.add(row(0.5, STREAM, DType.FLOAT32, shape, "wide", Draw.wide(), POSITIONS[8]));
    }
    for (String shape :
        new String[] {"1 1 3 5", "3 17 1 1", "2 5 3 4", "1 64 2 3", "5 3 1 7", "1 4 8 9"}) {
      rows.add(row(0.3, STREAM, DType.FLOAT32, Shapes.shape(shape), "reals", reals, POSITIONS[8]));
    }
    rows.add(row(0.1, STREAM, DType.FLOAT32, Shape.of(66_003), "reals", reals, POSITIONS[8]));
    rows.add(
        row(0.1, STREAM, DType.FLOAT32, Shape.of(3, 33, 29, 31), "reals", reals, POSITIONS[8]));
    for (Shape shape : Shapes.FEW) {
      rows.add(row(0.3, STREAM, DType.FLOAT64, shape, "reals", reals, POSITIONS[8]));
    }
    for (double[] position : POSITIONS) {
      for (int stream : new int[] {0, -1, Integer.MIN_VALUE}) {
        rows.add(
            row(0.5, stream, DType.FLOAT32, Shape.of(2, 3, 5, 7), "wide", Draw.wide(), position));
      }
    }
    for (double p :
        new double[] {0, 1e-10, 0x1p-32, 0.25, 0.9, 1 - 0x1p-24, 1 - 0x1p-32, 1 - 1e-12}) {
      rows.add(row(p, STREAM, DType.FLOAT32, Shape.of(1025), "reals", reals, POSITIONS[8]).zeros());
      rows.add(
          row(p, STREAM, DType.FLOAT64, Shape.of(3, 2, 5, 3), "reals", reals, POSITIONS[8])
              .zeros());
    }
    Draw special = Draw.of(Double.NaN, INFINITY, -INFINITY, 3, -1e-30);
    rows.add(row(0.5, STREAM, DType.FLOAT32, Shape.of(255), "special", special, POSITIONS[8]));
    rows.add(
        row(0.5, STREAM, DType.FLOAT32, Shape.of(3, 2, 5, 7), "special", special, POSITIONS[8]));
    rows.add(row(0, STREAM, DType.FLOAT32, Shape.of(15), "special", special, POSITIONS[8]));
    return rows;
  }

  private static Draw nonZero() {
    return Draw.each(random -> (0.1 + random.nextDouble()) * (random.nextBoolean() ? 1 : -1));
  }

  private static OpCase row(
      double p, int stream, DType dtype, Shape x, String data, Draw draw, double[] position) {
    String where = stream == STREAM ? "" : " stream " + stream + " rng" + words(position);
    OpCase row =
        OpCase.of(
            new Dropout(p, stream),
            Shapes.named("x", dtype, x) + " p " + p + where,
            data,
            Tolerance.ulps(0.5),
            Operand.of(dtype, x, draw),
            Operand.of(DType.INT32, Shape.of(4), Draw.of(position)));
    return x.size() == 1 ? row.zeros() : row;
  }

  private static String words(double[] position) {
    return Arrays.stream(position).mapToObj(word -> " " + (int) word).collect(Collectors.joining());
  }
}
