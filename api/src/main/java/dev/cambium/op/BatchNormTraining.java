package dev.cambium.op;

import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Objects;

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
}
