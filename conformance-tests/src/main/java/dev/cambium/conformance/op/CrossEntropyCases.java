package dev.cambium.conformance.op;

import dev.cambium.op.CrossEntropy;
import dev.cambium.op.Softmax;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Cross entropy: every kind of target, scores of every size, labels that are no class. */
final class CrossEntropyCases {
  private static final double INFINITY = Double.POSITIVE_INFINITY;
  private static final int[][] SIZES = {
    {1, 1}, {1, 2}, {7, 3}, {64, 10}, {3, 8}, {17, 16}, {5, 17}, {33, 33}, {3, 1023}, {1025, 2}
  };
  private static final double[] SMOOTHINGS = {0, 0.1, 1};

  private CrossEntropyCases() {}

  /** Every row. */
  static List<OpCase> rows() {
    List<OpCase> rows = new ArrayList<>();
    for (boolean soft : new boolean[] {false, true}) {
      for (boolean weighted : new boolean[] {false, true}) {
        for (double smoothing : SMOOTHINGS) {
          CrossEntropy op = new CrossEntropy(soft, weighted, smoothing);
          ordinary(rows, op);
          extreme(rows, op);
        }
      }
    }
    labels(rows);
    weights(rows);
    infinite(rows);
    return rows;
  }

  private static void ordinary(List<OpCase> rows, CrossEntropy op) {
    for (int[] size : SIZES) {
      rows.add(row(op, DType.FLOAT32, Shape.of(size), "reals", Draw.normal()));
    }
    rows.add(row(op, DType.FLOAT64, Shape.of(7, 3), "reals", Draw.normal()));
    rows.add(row(op, DType.FLOAT32, Shape.of(4099, 7), "large", Draw.normal()));
    rows.add(row(op, DType.FLOAT32, Shape.of(517, 37), "large", Draw.normal()));
    if (op.softTargets()) {
      Draw any = Draw.uniform(0, 2);
      Shape shape = Shape.of(7, 3);
      rows.add(row(op, DType.FLOAT32, shape, "no distributions", Draw.normal(), any, any));
    }
  }

  private static void extreme(List<OpCase> rows, CrossEntropy op) {
    Shape shape = Shape.of(9, 7);
    rows.add(row(op, DType.FLOAT32, shape, "wide scores", Draw.normal(0, 60)));
    rows.add(row(op, DType.FLOAT32, shape, "large scores", Draw.normal(1e5, 3)));
    rows.add(row(op, DType.FLOAT32, shape, "very large scores", Draw.uniform(-1e37, 1e37)));
    rows.add(row(op, DType.FLOAT32, shape, "tiny scores", Draw.normal(0, 1e-6)));
    rows.add(row(op, DType.FLOAT32, shape, "equal scores", Draw.of(-3)));
    rows.add(row(op, DType.FLOAT32, shape, "NaN", Draw.normal().with(9, 31, Double.NaN)));
    rows.add(row(op, DType.FLOAT32, shape, "Infinity", Draw.normal().with(9, 31, INFINITY)));
  }

  private static OpCase row(CrossEntropy op, DType dtype, Shape shape, String data, Draw scores) {
    int classes = shape.dim(1);
    Draw targets =
        op.softTargets()
            ? SoftmaxCases.outputs(new Softmax(), Draw.normal())
            : Draw.integers(0, classes - 1);
    return row(op, dtype, shape, data, scores, targets, Draw.uniform(0.5, 2));
  }

  private static OpCase row(
      CrossEntropy op,
      DType dtype,
      Shape shape,
      String data,
      Draw scores,
      Draw targets,
      Draw weights) {
    List<Operand> operands = new ArrayList<>();
    operands.add(Operand.of(dtype, shape, scores));
    operands.add(
        op.softTargets()
            ? Operand.of(dtype, shape, targets)
            : Operand.of(DType.INT32, Shape.of(shape.dim(0)), targets));
    if (op.classWeights()) {
      operands.add(Operand.of(dtype, Shape.of(shape.dim(1)), weights));
    }
    String what =
        (op.softTargets() ? "soft " : "labels ")
            + (op.classWeights() ? "weighted " : "")
            + (op.labelSmoothing() > 0 ? "smoothing " + op.labelSmoothing() + " " : "")
            + Shapes.named("scores", dtype, shape);
    return OpCase.of(op, what, data, CrossEntropyBound.bound(), operands.toArray(Operand[]::new))
        .zeros();
  }

  /** Never an index: NaN in the loss and in their rows, with class weights in all rows. */
  private static void labels(List<OpCase> rows) {
    for (double label : new double[] {-1, 5, 6, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 24}) {
      for (boolean weighted : new boolean[] {false, true}) {
        for (double smoothing : new double[] {0, 0.1}) {
          rows.add(
              row(
                  new CrossEntropy(false, weighted, smoothing),
                  DType.FLOAT32,
                  Shape.of(6, 5),
                  "one label " + (int) label,
                  Draw.normal(),
                  Draw.integers(0, 4).with(2, 6, label),
                  Draw.uniform(0.5, 2)));
        }
      }
    }
    rows.add(
        row(
            new CrossEntropy(false, false, 0),
            DType.FLOAT64,
            Shape.of(6, 5),
            "other labels",
            Draw.normal(),
            Draw.of(0, 5, 4, -1, 2, 3),
            Draw.of(1)));
  }

  /** Classes of weight 0; labels whose weights add up to 0 leave no mean. */
  private static void weights(List<OpCase> rows) {
    for (double smoothing : new double[] {0, 0.1}) {
      CrossEntropy op = new CrossEntropy(false, true, smoothing);
      Shape shape = Shape.of(6, 3);
      Draw zero = Draw.of(0, 2, 0.5);
      rows.add(
          row(op, DType.FLOAT32, shape, "a weight of 0", Draw.normal(), Draw.of(0, 1, 2), zero));
      rows.add(
          row(op, DType.FLOAT32, shape, "all labels of weight 0", Draw.normal(), Draw.of(0), zero));
    }
  }

  /**
   * A class that is impossible adds nothing where its coefficient is 0, and makes the loss infinite
   * where it is the label.
   */
  private static void infinite(List<OpCase> rows) {
    Draw impossible = Draw.normal().with(1, 3, -INFINITY);
    for (boolean weighted : new boolean[] {false, true}) {
      CrossEntropy op = new CrossEntropy(false, weighted, 0);
      CrossEntropy soft = new CrossEntropy(true, weighted, 0);
      Shape shape = Shape.of(4, 3);
      Draw ones = Draw.of(1);
      Draw oneHot = Draw.of(1, 0, 0);
      Draw largest = Draw.of(3e38, -3e38, 0);
      rows.add(row(op, DType.FLOAT32, shape, "impossible others", impossible, Draw.of(0, 2), ones));
      rows.add(row(op, DType.FLOAT32, shape, "impossible labels", impossible, Draw.of(1, 0), ones));
      rows.add(row(soft, DType.FLOAT32, shape, "impossible others", impossible, oneHot, ones));
      rows.add(row(op, DType.FLOAT32, shape, "largest scores", largest, Draw.of(0), ones));
      rows.add(row(soft, DType.FLOAT32, shape, "largest scores", largest, oneHot, ones));
      Draw never = Draw.normal().with(0, 1, -INFINITY);
      rows.add(row(op, DType.FLOAT32, shape, "all impossible", never, Draw.of(0, 2), ones));
    }
  }
}
