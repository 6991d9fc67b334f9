package dev.cambium.op;

import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Objects;

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
}
