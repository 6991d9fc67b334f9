package dev.cambium.conformance.op;

import dev.cambium.op.LogSoftmax;
import dev.cambium.op.LogSoftmaxBackward;
import dev.cambium.op.Op;
import dev.cambium.op.Softmax;
import dev.cambium.op.SoftmaxBackward;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Softmax and its logarithm over the classes of rows and of pixels, and their gradients. */
final class SoftmaxCases {
  private static final double INFINITY = Double.POSITIVE_INFINITY;
  private static final String[] SHAPES = {
    "1 1",
    "0 3",
    "3 1",
    "1 2",
    "7 3",
    "64 10",
    "3 7",
    "3 8",
    "3 9",
    "5 16",
    "5 17",
    "2 31",
    "2 33",
    "2 1023",
    "2 1025",
    "65 5",
    "2 3 5 7",
    "3 1 2 5",
    "1 17 3 2",
    "2 8 1 1",
    "2 21 5 3",
    "0 3 4 5"
  };

  /** Rows of four scores: NaN and infinities, differences that underflow, and very large ones. */
  private static final double[][] SPECIAL = {
    {Double.NaN, 0, 1, 2},
    {INFINITY, 0, 1, 2},
    {INFINITY, -INFINITY, INFINITY, Double.NaN},
    {-INFINITY, -INFINITY, -INFINITY, -INFINITY},
    {-INFINITY, 0, -INFINITY, 1},
    {0, -88, -104, -1000},
    {1e30, -1e30, 0, 1},
    {3e38, -3e38, 0, 3e38},
    {-3e38, -3e38, -3e38, -3e38},
    {0, -0.0, 1e-30, -1e-30}
  };

  private SoftmaxCases() {}

  /** Every row. */
  static List<OpCase> rows() {
    List<OpCase> rows = new ArrayList<>();
    for (String shape : SHAPES) {
      both(rows, DType.FLOAT32, shape, "reals", Draw.normal());
      gradients(rows, DType.FLOAT32, shape, "reals", Draw.normal());
    }
    for (String shape : new String[] {"7 3", "2 33", "2 3 5 7"}) {
      both(rows, DType.FLOAT64, shape, "reals", Draw.normal());
      gradients(rows, DType.FLOAT64, shape, "reals", Draw.normal());
      both(rows, DType.FLOAT32, shape, "wide scores", Draw.normal(0, 20));
      both(rows, DType.FLOAT32, shape, "large scores", Draw.normal(1e4, 3));
      both(rows, DType.FLOAT32, shape, "small scores", Draw.normal(-1e4, 3));
      both(rows, DType.FLOAT32, shape, "tiny scores", Draw.normal(0, 1e-6));
      both(rows, DType.FLOAT32, shape, "equal scores", Draw.of(2.5));
      gradients(rows, DType.FLOAT32, shape, "large gradients", Draw.normal(0, 1e3));
      gradients(rows, DType.FLOAT32, shape, "even gradients", Draw.of(1, 1, 1, -2));
    }
    for (String shape : new String[] {"4099 10", "3 19 23 29"}) {
      both(rows, DType.FLOAT32, shape, "large", Draw.normal());
      gradients(rows, DType.FLOAT32, shape, "large", Draw.normal());
    }
    for (double[] row : SPECIAL) {
      Draw scores = Draw.of(row);
      both(rows, DType.FLOAT32, "3 4", "special " + Arrays.toString(row), scores);
      both(rows, DType.FLOAT64, "3 4", "special " + Arrays.toString(row), scores);
    }
    for (double value : new double[] {Double.NaN, INFINITY, -INFINITY}) {
      Draw beside = Draw.normal().with(9, 31, value);
      both(rows, DType.FLOAT32, "3 17", "one " + value, beside);
      both(rows, DType.FLOAT32, "2 3 5 7", "some " + value, beside);
      gradients(rows, DType.FLOAT32, "3 17", "some " + value, beside);
      gradients(rows, DType.FLOAT32, "2 3 5 7", "some " + value, beside);
    }
    return rows;
  }

  private static void both(List<OpCase> rows, DType dtype, String dimensions, String data, Draw x) {
    Shape shape = Shapes.shape(dimensions);
    String what = Shapes.named("x", dtype, shape);
    Operand scores = Operand.of(dtype, shape, x);
    Op softmax = new Softmax();
    Op logSoftmax = new LogSoftmax();
    boolean flat = shape.dim(1) == 1 || data.startsWith("special");
    OpCase row = OpCase.of(softmax, what, data, SoftmaxBound.softmax(), scores);
    OpCase log = OpCase.of(logSoftmax, what, data, SoftmaxBound.logSoftmax(), scores);
    rows.add(flat ? row.zeros() : row);
    rows.add(flat ? log.zeros() : log);
  }

  /** The outputs of the forward operation are drawn as such: rows of probabilities. */
  private static void gradients(
      List<OpCase> rows, DType dtype, String dimensions, String data, Draw dy) {
    Shape shape = Shapes.shape(dimensions);
    String what = Shapes.named("dy", dtype, shape);
    Operand gradient = Operand.of(dtype, shape, dy);
    Draw scores = Draw.normal(0, 2);
    rows.add(
        OpCase.of(
                new SoftmaxBackward(),
                what,
                data,
                SoftmaxBound.softmaxBackward(),
                gradient,
                Operand.of(dtype, shape, outputs(new Softmax(), scores)))
            .zeros());
    rows.add(
        OpCase.of(
                new LogSoftmaxBackward(),
                what,
                data,
                SoftmaxBound.logSoftmaxBackward(),
                gradient,
                Operand.of(dtype, shape, outputs(new LogSoftmax(), scores)))
            .zeros());
  }

  /** What the forward operation makes of scores. */
  static Draw outputs(Op forward, Draw scores) {
    return (type, random) -> {
      DoubleArray x = new DoubleArray(type.shape(), scores.values(type, random));
      DoubleArray y = DoubleArray.zeros(type.shape());
      forward.host().orElseThrow().apply(List.of(x), List.of(y));
      return y.values();
    };
  }
}
