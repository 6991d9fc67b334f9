package dev.cambium.conformance.op;

import dev.cambium.op.Affine;
import dev.cambium.op.Cast;
import dev.cambium.op.Fill;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/** Straight lines, conversions and constants, in every element type. */
final class ElementCases {
  private static final double INFINITY = Double.POSITIVE_INFINITY;
  private static final double[][] LINES = {{-1.3, 0.7}, {1, 0}, {0, 2.5}, {1e-3, -1e3}, {-1, 1e-6}};

  private ElementCases() {}

  /** Every row. */
  static List<OpCase> rows() {
    List<OpCase> rows = new ArrayList<>();
    affine(rows);
    casts(rows);
    fills(rows);
    return rows;
  }

  private static void affine(List<OpCase> rows) {
    for (Shape shape : Shapes.ANY) {
      rows.add(line(DType.FLOAT32, shape, -1.3, 0.7, "reals", rounded(), Draw.normal()));
    }
    rows.add(line(DType.FLOAT32, Shape.of(66_003), -1.3, 0.7, "large", rounded(), Draw.normal()));
    for (double[] line : LINES) {
      for (DType dtype : Shapes.FLOATING) {
        Shape shape = Shape.of(2, 3, 5, 2);
        rows.add(line(dtype, shape, line[0], line[1], "more reals", rounded(), Draw.normal()));
      }
    }
    for (Shape shape : Shapes.FEW) {
      rows.add(line(DType.FLOAT64, shape, 0.1, -0.3, "reals", rounded(), Draw.normal()));
      integerLine(rows, DType.INT32, shape, 30);
      integerLine(rows, DType.INT64, shape, 51);
      rows.add(
          line(DType.UINT8, shape, 0.5, 0.25, "integers", Tolerance.EXACT, Draw.integers(0, 255)));
      rows.add(
          line(DType.UINT8, shape, -1, 255, "integers", Tolerance.EXACT, Draw.integers(0, 255)));
    }
    Draw special = Draw.of(0, -0.0, Double.NaN, INFINITY, -INFINITY, 1e38, -1e38, 1e-37);
    rows.add(line(DType.FLOAT32, Shape.of(8), 2, 1, "special", rounded(), special));
    rows.add(line(DType.FLOAT32, Shape.of(8), 0, 1, "special", rounded(), special));
    rows.add(line(DType.FLOAT32, Shape.of(8), -8, 0.5, "special", rounded(), special));
  }

  /** Above the 24 bits of a FLOAT32; halves are truncated towards zero on either side of it. */
  private static void integerLine(List<OpCase> rows, DType dtype, Shape shape, int bits) {
    Draw draw = Draw.each(random -> random.nextLong() >> (63 - bits));
    rows.add(line(dtype, shape, 1, 1, "integers", Tolerance.EXACT, draw));
    rows.add(line(dtype, shape, -1, -7, "integers", Tolerance.EXACT, draw));
    rows.add(line(dtype, shape, 0.5, 0.25, "integers", Tolerance.EXACT, draw));
  }

  private static OpCase line(
      DType dtype,
      Shape x,
      double scale,
      double shift,
      String data,
      Tolerance tolerance,
      Draw draw) {
    return OpCase.of(
        new Affine(scale, shift),
        scale + " x + " + shift + " " + Shapes.named("x", dtype, x),
        data,
        tolerance,
        Operand.of(dtype, x, draw));
  }

  /** Both constants, the product and the sum are rounded: u (2 |scale x| + |shift| + |y|). */
  private static Tolerance rounded() {
    return evaluated -> {
      Affine op = (Affine) evaluated.op();
      double[] x = evaluated.inputs().get(0).values();
      double[] y = evaluated.outputs().get(0).values();
      return Tolerance.fill(
          evaluated,
          (output, i) -> {
            double product = Math.abs(op.scale() * x[i]);
            return 1.001 * evaluated.u() * (2 * product + Math.abs(op.shift()) + Math.abs(y[i]))
                + evaluated.tiny();
          });
    };
  }

  private static void casts(List<OpCase> rows) {
    for (DType from : DType.values()) {
      for (DType to : DType.values()) {
        for (Shape shape : Shapes.FEW) {
          rows.add(cast(from, to, shape, "integers", Draw.integers(0, 255)));
        }
        rows.add(cast(from, to, Shape.of(3, 67, 11, 13), "integers", Draw.integers(0, 255)));
        if (from != DType.UINT8) {
          rows.add(cast(from, to, Shape.of(2, 3, 5, 7), "large", magnitudes(from)));
        }
        if (from.isFloating()) {
          rows.add(
              cast(from, to, Shape.of(1025), "halves", Draw.each(r -> r.nextInt(-999, 999) / 4.0)));
          rows.add(
              cast(
                  from,
                  to,
                  Shape.of(12),
                  "special",
                  Draw.of(
                      Double.NaN,
                      INFINITY,
                      -INFINITY,
                      0,
                      -0.0,
                      255.9,
                      256,
                      -0.9,
                      -1,
                      1e10,
                      -1e10,
                      1e30)));
        } else if (from != DType.UINT8) {
          rows.add(cast(from, to, Shape.of(6), "special", ends(from)));
        }
      }
    }
  }

  private static OpCase cast(DType from, DType to, Shape shape, String data, Draw draw) {
    OpCase row =
        OpCase.of(
            new Cast(to),
            "x " + from + shape + " to " + to,
            data,
            Tolerance.EXACT,
            Operand.of(from, shape, draw));
    return to == DType.UINT8 ? row.zeros() : row;
  }

  /** Numbers with more bits than the smaller types have, so that a conversion rounds. */
  private static Draw magnitudes(DType from) {
    return switch (from) {
      case FLOAT32, FLOAT64 -> Draw.normal(0, 1e6);
      case INT32 -> Draw.each(random -> random.nextInt());
      default -> Draw.each(random -> random.nextLong() >> 11);
    };
  }

  /** The ends of the type, and neighbours of what FLOAT32 still holds exactly. */
  private static Draw ends(DType dtype) {
    double largest = dtype == DType.INT32 ? Integer.MAX_VALUE : Long.MAX_VALUE;
    return Draw.of(largest, -largest, (1 << 24) + 1, -(1 << 24) - 3, 256, -1);
  }

  private static void fills(List<OpCase> rows) {
    for (DType dtype : DType.values()) {
      for (Shape shape : dtype == DType.FLOAT32 ? Shapes.ANY : Shapes.FEW) {
        rows.add(fill(dtype, shape, 3));
      }
    }
    Shape image = Shapes.shape("2 3 5 7");
    for (DType dtype : Shapes.FLOATING) {
      for (double value : new double[] {0.1, -1e30, Double.NaN, INFINITY, -INFINITY, 0, -0.0}) {
        rows.add(fill(dtype, image, value));
      }
    }
    for (double value : new double[] {Integer.MAX_VALUE, Integer.MIN_VALUE, -1, 16777217}) {
      rows.add(fill(DType.INT32, image, value));
      rows.add(fill(DType.INT64, image, value * (1 << 20)));
    }
    rows.add(fill(DType.UINT8, image, 255));
    rows.add(fill(DType.FLOAT32, Shape.of(66_003), 3));
  }

  private static OpCase fill(DType dtype, Shape shape, double value) {
    TensorType type = new TensorType(dtype, shape);
    Tolerance once = (float) value == value ? Tolerance.EXACT : Tolerance.ulps(0.5);
    OpCase row = OpCase.of(new Fill(type, value), type + " of " + value, "constant", once);
    return value == 0 ? row.zeros() : row;
  }
}
