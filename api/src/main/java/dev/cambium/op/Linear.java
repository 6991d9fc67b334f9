package dev.cambium.op;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

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

  @Override
  public Optional<List<Value>> lower(Emitter emitter, List<Value> inputs) {
    int batch = inputs.get(0).shape().dim(0);
    Value flat =
        emitter.emit(new Reshape(Shape.of(batch, features(inputs.get(0).shape()))), inputs.get(0));
    Value y = emitter.emit(new MatMul(false, true), flat, inputs.get(1));
    if (bias) {
      y = emitter.emit(new BinaryMath(BinaryMath.Function.ADD), y, inputs.get(2));
    }
    return Optional.of(List.of(activated(emitter, activation, y)));
  }

  @Override
  public List<Optional<Value>> gradient(
      Emitter emitter,
      List<Value> inputs,
      List<Value> outputs,
      List<Optional<Value>> outputGradients) {
    Value x = inputs.get(0);
    Value dz =
        beforeActivation(emitter, activation, outputGradients.get(0).orElseThrow(), outputs.get(0));
    Value dx = emitter.emit(new LinearBackwardData(x.shape()), dz, inputs.get(1));
    List<Value> weights = emitter.emit(new LinearBackwardWeights(bias), List.of(x, dz));
    return Stream.concat(Stream.of(dx), weights.stream()).map(Optional::of).toList();
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(new HostLinear(this));
  }

  /** f(z) for an activation that may be {@link Activation#NONE}. */
  static Value activated(Emitter emitter, Activation activation, Value z) {
    return activation.equals(Activation.NONE) ? z : emitter.emit(new Activate(activation), z);
  }

  /** dL/dz, given dL/dy and y = f(z), for an activation that may be {@link Activation#NONE}. */
  static Value beforeActivation(Emitter emitter, Activation activation, Value dy, Value y) {
    return activation.equals(Activation.NONE)
        ? dy
        : emitter.emit(new ActivateGradient(activation), dy, y);
  }
}
