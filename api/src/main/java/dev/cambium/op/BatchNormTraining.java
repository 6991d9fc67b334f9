package dev.cambium.op;

import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Batch normalisation with the statistics of the batch, and its activation (S. Ioffe, C. Szegedy:
 * "Batch Normalization", 2015). Per channel c, over the M = N or N H W values of x: mean = sum x /
 * M; variance = sum (x - mean)^2 / M (biased); y = activation(gamma (x - mean) / sqrt(variance +
 * epsilon) + beta).
 *
 * <p>Inputs: {@code x} [N, C] or [N, C, H, W]; {@code gamma} [C]; {@code beta} [C]. Outputs: {@code
 * y} as x; {@code mean} [C]; {@code variance} [C]; {@code workspace}, a cache for {@link
 * BatchNormBackward}. All tensors are of one floating type. It is an error when M is less than 2.
 *
 * @param epsilon added to the variance; positive
 * @param activation {@link Activation#NONE} or {@link Activation#RELU}
 */
public record BatchNormTraining(double epsilon, Activation activation) implements Op {
  /** Checks epsilon and the activation. */
  public BatchNormTraining {
    checkEpsilon("BatchNormTraining", epsilon);
    checkActivation("BatchNormTraining", activation);
  }

  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    Operands operands = Operands.of(this, inputs, "x", "gamma", "beta");
    TensorType x = normalised(operands, 0);
    checkCount(operands, 0, x.shape());
    TensorType channels = TensorType.of(x.dtype(), x.shape().dim(1));
    operands.exactly(1, channels, "one per channel of x " + x);
    operands.exactly(2, channels, "one per channel of x " + x);
    return List.of(x, channels, channels, Opaque.NONE);
  }

  /** Input {@code index}, which must be [N, C] or [N, C, H, W] with only N possibly 0. */
  static TensorType normalised(Operands operands, int index) {
    TensorType x = operands.floating(index);
    int rank = x.shape().rank();
    operands.require(index, rank == 2 || rank == 4, "[N, C] or [N, C, H, W]");
    operands.require(
        index,
        x.shape().size(1, rank) > 0,
        "at least one channel, row and column; only the batch may be empty");
    return x;
  }

  /** Fails where a channel has fewer than two values. */
  static void checkCount(Operands operands, int index, Shape x) {
    operands.require(
        index,
        count(x) >= 2,
        "more than one value per channel, as the variance of one value is 0; use a larger batch");
  }

  /** M: the number of values per channel. */
  static long count(Shape x) {
    return x.dim(0) * x.size(2, x.rank());
  }

  static void checkEpsilon(String op, double epsilon) {
    if (!(epsilon > 0 && epsilon < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "epsilon of " + op + " must be positive and finite, got " + epsilon);
    }
  }

  static void checkActivation(String op, Activation activation) {
    Objects.requireNonNull(activation, "activation");
    if (!activation.equals(Activation.NONE) && !activation.equals(Activation.RELU)) {
      throw new IllegalArgumentException(
          "activation of "
              + op
              + " must be NONE or RELU, got "
              + activation
              + "; emit Activate after it instead");
    }
  }

  @Override
  public Optional<List<Value>> lower(Emitter emitter, List<Value> inputs) {
    if (activation.equals(Activation.NONE)) {
      return Optional.empty();
    }
    List<Value> plain = emitter.emit(new BatchNormTraining(epsilon, Activation.NONE), inputs);
    Value y = emitter.emit(new Activate(activation), plain.get(0));
    return Optional.of(List.of(y, plain.get(1), plain.get(2), plain.get(3)));
  }

  @Override
  public List<Optional<Value>> gradient(
      Emitter emitter,
      List<Value> inputs,
      List<Value> outputs,
      List<Optional<Value>> outputGradients) {
    Value x = inputs.get(0);
    Optional<Value> dx = Optional.empty();
    Optional<Value> dgamma = Optional.empty();
    Optional<Value> dbeta = Optional.empty();
    if (outputGradients.get(0).isPresent()) {
      List<Value> backward =
          emitter.emit(
              new BatchNormBackward(epsilon, activation),
              List.of(
                  outputGradients.get(0).get(),
                  x,
                  outputs.get(0),
                  inputs.get(1),
                  outputs.get(1),
                  outputs.get(2),
                  outputs.get(3)));
      dx = Optional.of(backward.get(0));
      dgamma = Optional.of(backward.get(1));
      dbeta = Optional.of(backward.get(2));
    }
    if (outputGradients.get(1).isPresent() || outputGradients.get(2).isPresent()) {
      Value throughStatistics =
          statisticsGradient(
              emitter, x, outputs.get(1), outputGradients.get(1), outputGradients.get(2));
      dx = dx.map(d -> add(emitter, d, throughStatistics)).or(() -> Optional.of(throughStatistics));
    }
    return List.of(dx, dgamma, dbeta);
  }

  /** dx = (dmean + 2 (x - mean) dvariance) / M, of which one may be missing. */
  private static Value statisticsGradient(
      Emitter emitter, Value x, Value mean, Optional<Value> dmean, Optional<Value> dvariance) {
    double share = 1.0 / count(x.shape());
    Optional<Value> sum =
        dmean.map(
            d -> {
              Value scaled = emitter.emit(new Affine(share, 0), perChannel(emitter, d, x));
              return emitter.emit(new Broadcast(x.shape()), scaled);
            });
    if (dvariance.isEmpty()) {
      return sum.orElseThrow();
    }
    Value scale = emitter.emit(new Affine(2 * share, 0), perChannel(emitter, dvariance.get(), x));
    Value centred =
        emitter.emit(new BinaryMath(BinaryMath.Function.SUBTRACT), x, perChannel(emitter, mean, x));
    Value term = emitter.emit(new BinaryMath(BinaryMath.Function.MULTIPLY), centred, scale);
    return sum.map(s -> add(emitter, s, term)).orElse(term);
  }

  private static Value add(Emitter emitter, Value a, Value b) {
    return emitter.emit(new BinaryMath(BinaryMath.Function.ADD), a, b);
  }

  /** A value per channel, in a shape that stretches over x. */
  static Value perChannel(Emitter emitter, Value value, Value x) {
    return emitter.emit(new Reshape(Channels.stretchable(x.shape())), value);
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(new HostBatchNormTraining(this));
  }
}
