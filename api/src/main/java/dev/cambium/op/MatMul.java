package dev.cambium.op;

import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Optional;

/**
 * The product of two matrices, each transposed or not: y[i, j] = sum over k of A[i, k] B[k, j].
 *
 * <p>Inputs: {@code a} [I, K], or [K, I] if {@code transposeA}; {@code b} [K, J], or [J, K] if
 * {@code transposeB}; of one floating type. Output: {@code y} [I, J]. Any dimension may be 0; a sum
 * over nothing is 0.
 *
 * @param transposeA whether A is the transpose of the first input
 * @param transposeB whether B is the transpose of the second input
 */
public record MatMul(boolean transposeA, boolean transposeB) implements Op {
  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    Operands operands = Operands.of(this, inputs, "a", "b");
    TensorType a = operands.floating(0, 2, "a matrix");
    TensorType b = operands.floating(1, 2, "a matrix");
    int inner = a.shape().dim(transposeA ? 0 : 1);
    operands.require(
        1,
        b.dtype() == a.dtype() && b.shape().dim(transposeB ? 1 : 0) == inner,
        a.dtype()
            + (transposeB ? "[J, " + inner + "]" : "[" + inner + ", J]")
            + " (a is "
            + a
            + (transposeA ? ", transposed)" : ")"));
    return List.of(
        a.withShape(
            Shape.of(a.shape().dim(transposeA ? 1 : 0), b.shape().dim(transposeB ? 0 : 1))));
  }

  @Override
  public List<Optional<Value>> gradient(
      Emitter emitter,
      List<Value> inputs,
      List<Value> outputs,
      List<Optional<Value>> outputGradients) {
    Value a = inputs.get(0);
    Value b = inputs.get(1);
    Value dy = outputGradients.get(0).orElseThrow();
    Value da =
        transposeA
            ? emitter.emit(new MatMul(transposeB, true), b, dy)
            : emitter.emit(new MatMul(false, !transposeB), dy, b);
    Value db =
        transposeB
            ? emitter.emit(new MatMul(true, transposeA), dy, a)
            : emitter.emit(new MatMul(!transposeA, false), a, dy);
    return List.of(Optional.of(da), Optional.of(db));
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(new HostMatMul(this));
  }
}
