package dev.cambium.conformance.op;

import static dev.cambium.tensor.DType.FLOAT64;
import static dev.cambium.tensor.DType.INT32;
import static dev.cambium.tensor.DType.INT64;
import static dev.cambium.tensor.DType.UINT8;
import static dev.cambium.tensor.TensorType.float32;

import dev.cambium.op.Activate;
import dev.cambium.op.ActivateGradient;
import dev.cambium.op.Activation;
import dev.cambium.op.Affine;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Broadcast;
import dev.cambium.op.Cast;
import dev.cambium.op.Dropout;
import dev.cambium.op.Fill;
import dev.cambium.op.NonFiniteCount;
import dev.cambium.op.Op;
import dev.cambium.op.Reduce;
import dev.cambium.op.Reshape;
import dev.cambium.op.SumOfSquares;
import dev.cambium.op.Transpose;
import dev.cambium.op.UnaryMath;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/** What operations on elements, on axes and on whole tensors do not take. */
final class ElementErrors {
  private ElementErrors() {}

  /** Every row. */
  static List<InvalidInputs> rows() {
    List<InvalidInputs> rows = new ArrayList<>();
    floating(rows, new Activate(new Activation.Tanh()));
    floating(rows, new UnaryMath(UnaryMath.Function.EXP));
    floating(rows, new Reduce(Reduce.Function.SUM, List.of(0), false));
    floating(rows, new NonFiniteCount());
    tensor(rows, new Affine(2, 1));
    tensor(rows, new Cast(INT32));
    tensor(rows, new Reshape(Shape.of(3)));
    tensor(rows, new Transpose(List.of(0)));
    tensor(rows, new Broadcast(Shape.of(3)));
    rows.add(InvalidInputs.of(new Fill(float32(3), 1), "an input", "", float32(3)));
    activateGradient(rows);
    binaryMath(rows);
    dropout(rows);
    axes(rows);
    sumOfSquares(rows);
    return rows;
  }

  /** One input x, any tensor of shape [3]. */
  private static void tensor(List<InvalidInputs> rows, Op op) {
    rows.add(InvalidInputs.of(op, "no input", "x"));
    rows.add(InvalidInputs.of(op, "an input too many", "x", float32(3), float32(3)));
    rows.add(InvalidInputs.of(op, "x that is a cache", "x", Opaque.NONE));
  }

  /** One input x, of a floating type. */
  private static void floating(List<InvalidInputs> rows, Op op) {
    tensor(rows, op);
    for (DType dtype : List.of(INT32, INT64, UINT8)) {
      rows.add(InvalidInputs.of(op, "x of " + dtype, "x", TensorType.of(dtype, 3)));
    }
  }

  private static void activateGradient(List<InvalidInputs> rows) {
    Op op = new ActivateGradient(Activation.RELU);
    TensorType dy = float32(2, 3);
    rows.add(InvalidInputs.of(op, "no y", "y", dy));
    rows.add(InvalidInputs.of(op, "an input too many", "y", dy, dy, dy));
    rows.add(InvalidInputs.of(op, "dy of INT32", "dy", TensorType.of(INT32, 2, 3), dy));
    rows.add(InvalidInputs.of(op, "y of another shape", "y", dy, float32(3, 2)));
    rows.add(InvalidInputs.of(op, "y of another rank", "y", dy, float32(6)));
    rows.add(InvalidInputs.of(op, "y of FLOAT64", "y", dy, TensorType.of(FLOAT64, 2, 3)));
    rows.add(InvalidInputs.of(op, "y that is a cache", "y", dy, Opaque.NONE));
  }

  private static void binaryMath(List<InvalidInputs> rows) {
    TensorType a = float32(2, 3);
    for (BinaryMath.Function function : BinaryMath.Function.values()) {
      Op op = new BinaryMath(function);
      rows.add(InvalidInputs.of(op, function + " without b", "b", a));
      rows.add(
          InvalidInputs.of(
              op, function + " of UINT8", "a", TensorType.of(UINT8, 3), TensorType.of(UINT8, 3)));
      rows.add(
          InvalidInputs.of(op, function + " of two types", "b", a, TensorType.of(FLOAT64, 2, 3)));
      rows.add(InvalidInputs.of(op, function + " of 3 and 2", "b", a, float32(2)));
      rows.add(InvalidInputs.of(op, function + " of 2 and 3 rows", "b", a, float32(3, 3)));
      rows.add(InvalidInputs.of(op, function + " of 3 and 0", "b", a, float32(0)));
      rows.add(InvalidInputs.of(op, function + " of a cache", "b", a, Opaque.NONE));
    }
    Op divide = new BinaryMath(BinaryMath.Function.DIVIDE);
    for (DType dtype : List.of(INT32, INT64)) {
      TensorType integers = TensorType.of(dtype, 3);
      rows.add(InvalidInputs.of(divide, "DIVIDE of " + dtype, "a", integers, integers));
    }
  }

  private static void dropout(List<InvalidInputs> rows) {
    Op op = new Dropout(0.5, 1);
    TensorType x = float32(2, 3);
    TensorType rng = TensorType.of(INT32, 4);
    rows.add(InvalidInputs.of(op, "no rng", "rng", x));
    rows.add(InvalidInputs.of(op, "x of INT32", "x", TensorType.of(INT32, 2, 3), rng));
    rows.add(InvalidInputs.of(op, "rng of 3 words", "rng", x, TensorType.of(INT32, 3)));
    rows.add(InvalidInputs.of(op, "rng of rank 2", "rng", x, TensorType.of(INT32, 2, 2)));
    rows.add(InvalidInputs.of(op, "rng of INT64", "rng", x, TensorType.of(INT64, 4)));
    rows.add(InvalidInputs.of(op, "rng of FLOAT32", "rng", x, float32(4)));
  }

  private static void axes(List<InvalidInputs> rows) {
    rows.add(InvalidInputs.of(new Reshape(Shape.of(2, 4)), "an element too few", "x", float32(7)));
    rows.add(InvalidInputs.of(new Reshape(Shape.of(0)), "no room", "x", float32(1)));
    rows.add(InvalidInputs.of(new Reshape(Shape.scalar()), "nothing", "x", float32(0)));
    Op swap = new Transpose(List.of(1, 0));
    rows.add(InvalidInputs.of(swap, "x of rank 1", "x", float32(6)));
    rows.add(InvalidInputs.of(swap, "x of rank 3", "x", float32(2, 3, 1)));
    rows.add(InvalidInputs.of(new Transpose(List.of()), "x that is no scalar", "x", float32(1)));
    Op broadcast = new Broadcast(Shape.of(2, 3));
    rows.add(InvalidInputs.of(broadcast, "a size that is not 1", "x", float32(2)));
    rows.add(InvalidInputs.of(broadcast, "rows that are not 1", "x", float32(3, 3)));
    rows.add(InvalidInputs.of(broadcast, "a rank above", "x", float32(1, 2, 3)));
    rows.add(InvalidInputs.of(broadcast, "a size of 0", "x", float32(0)));
    Op last = new Reduce(Reduce.Function.SUM, List.of(2), false);
    rows.add(InvalidInputs.of(last, "an axis above the rank", "x", float32(2, 3)));
    for (Reduce.Function function : List.of(Reduce.Function.MEAN, Reduce.Function.MAXIMUM)) {
      Op rows0 = new Reduce(function, List.of(0), false);
      rows.add(InvalidInputs.of(rows0, function + " of nothing", "x", float32(0, 3)));
      Op all = new Reduce(function, List.of(0, 1), true);
      rows.add(InvalidInputs.of(all, function + " of nothing at all", "x", float32(0, 0)));
    }
  }

  private static void sumOfSquares(List<InvalidInputs> rows) {
    Op op = new SumOfSquares();
    rows.add(InvalidInputs.of(op, "no input", "t1"));
    rows.add(InvalidInputs.of(op, "t1 of INT32", "t1", TensorType.of(INT32, 3)));
    rows.add(InvalidInputs.of(op, "t2 of FLOAT64", "t2", float32(3), TensorType.of(FLOAT64, 3)));
    rows.add(InvalidInputs.of(op, "t3 that is a cache", "t3", float32(3), float32(2), Opaque.NONE));
  }
}
