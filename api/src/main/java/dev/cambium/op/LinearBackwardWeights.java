package dev.cambium.op;

import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Optional;

/**
 * The gradient of {@link Linear} (without activation) with respect to its weights and bias: dw[o,
 * k] = sum over n of dy[n, o] x[n, k]; db[o] = sum over n of dy[n, o].
 *
 * <p>Inputs: {@code x} [N, d1, d2, ...], K = d1 d2 ... in row-major order (C, H, W); {@code dy} [N,
 * O]. Outputs: {@code dw} [O, K]; {@code db} [O] if {@code bias}. All are of one floating type; an
 * empty batch gives zeros.
 *
 * @param bias whether db is an output
 */
public record LinearBackwardWeights(boolean bias) implements Op {
  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    Operands operands = Operands.of(this, inputs, "x", "dy");
    TensorType x = operands.floating(0);
    operands.require(0, x.shape().rank() >= 2, "rank 2 or more, [N, features...]");
    int batch = x.shape().dim(0);
    TensorType dy = operands.floating(1, 2, "[N, O]");
    operands.require(
        1,
        dy.shape().dim(0) == batch && dy.dtype() == x.dtype(),
        x.dtype() + "[" + batch + ", O] (x is " + x + ")");
    int units = dy.shape().dim(1);
    TensorType dw = TensorType.of(x.dtype(), units, Linear.features(x.shape()));
    return bias ? List.of(dw, TensorType.of(x.dtype(), units)) : List.of(dw);
  }

  @Override
  public Optional<List<Value>> lower(Emitter emitter, List<Value> inputs) {
    Value x = inputs.get(0);
    Value dy = inputs.get(1);
    Value flat =
        emitter.emit(new Reshape(Shape.of(x.shape().dim(0), Linear.features(x.shape()))), x);
    Value dw = emitter.emit(new MatMul(true, false), dy, flat);
    return Optional.of(
        bias
            ? List.of(dw, emitter.emit(new Reduce(Reduce.Function.SUM, List.of(0), false), dy))
            : List.of(dw));
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(new HostLinearBackwardWeights(this));
  }
}
