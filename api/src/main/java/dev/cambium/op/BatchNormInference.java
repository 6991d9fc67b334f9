package dev.cambium.op;

import dev.cambium.op.BinaryMath.Function;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Batch normalisation with given statistics, and its activation: y = activation(gamma (x -
 * runningMean) / sqrt(runningVariance + epsilon) + beta), per channel. The statistics are constants
 * for differentiation; x, gamma and beta have gradients.
 *
 * <p>Inputs: {@code x} [N, C] or [N, C, H, W]; {@code gamma}, {@code beta}, {@code runningMean},
 * {@code runningVariance} [C]. Output: {@code y} as x, which may share x's memory. All are of one
 * floating type; N may be 0.
 *
 * @param epsilon added to the variance; positive
 * @param activation applied to each value
 */
public record BatchNormInference(double epsilon, Activation activation) implements Op {
  /** Checks epsilon and that there is an activation; {@link Activation#NONE} for none. */
  public BatchNormInference {
    BatchNormTraining.checkEpsilon("BatchNormInference", epsilon);
    Objects.requireNonNull(activation, "activation");
  }

  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    Operands operands =
        Operands.of(this, inputs, "x", "gamma", "beta", "runningMean", "runningVariance");
    TensorType x = BatchNormTraining.normalised(operands, 0);
    TensorType channels = TensorType.of(x.dtype(), x.shape().dim(1));
    for (int i = 1; i <= 4; i++) {
      operands.exactly(i, channels, "one per channel of x " + x);
    }
    return List.of(x);
  }

  @Override
  public boolean mayAlias(int output, int input) {
    return output == 0 && input == 0;
  }

  @Override
  public Optional<List<Value>> lower(Emitter emitter, List<Value> inputs) {
    Value x = inputs.get(0);
    Value scale =
        binary(emitter, Function.MULTIPLY, inputs.get(1), inverseDeviation(emitter, inputs));
    Value y =
        binary(
            emitter,
            Function.MULTIPLY,
            centred(emitter, inputs),
            BatchNormTraining.perChannel(emitter, scale, x));
    y = binary(emitter, Function.ADD, y, BatchNormTraining.perChannel(emitter, inputs.get(2), x));
    return Optional.of(List.of(Linear.activated(emitter, activation, y)));
  }

  @Override
  public List<Optional<Value>> gradient(
      Emitter emitter,
      List<Value> inputs,
      List<Value> outputs,
      List<Optional<Value>> outputGradients) {
    Value x = inputs.get(0);
    Value dz =
        Linear.beforeActivation(
            emitter, activation, outputGradients.get(0).orElseThrow(), outputs.get(0));
    Value inverse = inverseDeviation(emitter, inputs);
    Value scale = binary(emitter, Function.MULTIPLY, inputs.get(1), inverse);
    Value dx =
        binary(emitter, Function.MULTIPLY, dz, BatchNormTraining.perChannel(emitter, scale, x));
    Reduce overChannel = new Reduce(Reduce.Function.SUM, Channels.axes(x.shape()), false);
    Value products = binary(emitter, Function.MULTIPLY, dz, centred(emitter, inputs));
    Value dgamma = binary(emitter, Function.MULTIPLY, emitter.emit(overChannel, products), inverse);
    Value dbeta = emitter.emit(overChannel, dz);
    return List.of(
        Optional.of(dx),
        Optional.of(dgamma),
        Optional.of(dbeta),
        Optional.empty(),
        Optional.empty());
  }

  /** x - runningMean. */
  private static Value centred(Emitter emitter, List<Value> inputs) {
    Value x = inputs.get(0);
    return binary(
        emitter, Function.SUBTRACT, x, BatchNormTraining.perChannel(emitter, inputs.get(3), x));
  }

  /** 1 / sqrt(runningVariance + epsilon). */
  private Value inverseDeviation(Emitter emitter, List<Value> inputs) {
    Value shifted = emitter.emit(new Affine(1, epsilon), inputs.get(4));
    Value deviation = emitter.emit(new UnaryMath(UnaryMath.Function.SQRT), shifted);
    return emitter.emit(new UnaryMath(UnaryMath.Function.RECIPROCAL), deviation);
  }

  private static Value binary(Emitter emitter, Function function, Value a, Value b) {
    return emitter.emit(new BinaryMath(function), a, b);
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(new HostBatchNormInference(this));
  }
}
