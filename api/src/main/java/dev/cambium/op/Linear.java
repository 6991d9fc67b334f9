package dev.cambium.op;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Objects;

/**
 * A fully connected layer with its activation: y[n, o] = activation(sum over k of x[n, k] w[o, k] +
 * b[o]).
 *
 * <p>Inputs: {@code x} [N, d1, d2, ...] of rank 2 or more; {@code w} [O, K], where K = d1 d2 ...;
 * {@code b} [O] if {@code bias}. Output: {@code y} [N, O]. Flattening x in row-major order (C, H,
 * W) is part of the operation. All are of one floating type; N may be 0.
 *
 * @param bias whether b is added
 * @param activation applied to each sum
 */
public record Linear(boolean bias, Activation activation) implements Op {
  /** Checks that there is an activation; {@link Activation#NONE} for none. */
  public Linear {
    Objects.requireNonNull(activation, "activation");
  }

  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    Operands operands =
        bias ? Operands.of(this, inputs, "x", "w", "b") : Operands.of(this, inputs, "x", "w");
    TensorType x = operands.floating(0);
    operands.require(0, x.shape().rank() >= 2, "rank 2 or more, [N, features...]");
    int features = features(x.shape());
    operands.require(0, features > 0, "at least one feature; only the batch may be empty");
    DType dtype = x.dtype();
    TensorType w = operands.floating(1, 2, "[O, K]");
    operands.require(
        1,
        w.shape().dim(1) == features && w.dtype() == dtype,
        dtype + "[O, " + features + "] (x is " + x + ")");
    int units = w.shape().dim(0);
    if (bias) {
      operands.exactly(2, TensorType.of(dtype, units), "one per row of w");
    }
    return List.of(TensorType.of(dtype, x.shape().dim(0), units));
  }

  /** K: the product of the dimensions after the first. */
  static int features(Shape input) {
    return Math.toIntExact(input.size(1, input.rank()));
  }
}
