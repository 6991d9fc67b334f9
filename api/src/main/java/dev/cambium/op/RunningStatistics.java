package dev.cambium.op;

import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Optional;

/**
 * Moves batch normalisation's running statistics towards those of a batch: runningMean' = (1 - m)
 * runningMean + m mean; runningVariance' = (1 - m) runningVariance + m variance count / (count -
 * 1), where m is the momentum in PyTorch's sense and the factor makes the biased variance of {@link
 * BatchNormTraining} unbiased.
 *
 * <p>Inputs: {@code runningMean}, {@code runningVariance}, {@code mean}, {@code variance}, all [C]
 * and of one floating type. Outputs: the new {@code runningMean} and {@code runningVariance}, which
 * may share the memory of the old ones. It has no gradient.
 *
 * @param momentum the weight of the batch, from 0 to 1
 * @param count the number of values per channel in the batch, at least 2
 */
public record RunningStatistics(double momentum, long count) implements Op {
  /** Checks momentum and count. */
  public RunningStatistics {
    if (!(momentum >= 0 && momentum <= 1)) {
      throw new IllegalArgumentException(
          "momentum of RunningStatistics must be from 0 to 1, got " + momentum);
    }
    if (count < 2) {
      throw new IllegalArgumentException(
          "count of RunningStatistics must be at least 2 values per channel, got " + count);
    }
  }

  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    Operands operands =
        Operands.of(this, inputs, "runningMean", "runningVariance", "mean", "variance");
    TensorType channels = operands.floating(0, 1, "[C]");
    for (int i = 1; i <= 3; i++) {
      operands.exactly(i, channels, "as runningMean");
    }
    return List.of(channels, channels);
  }

  @Override
  public boolean mayAlias(int output, int input) {
    return output == input && output < 2;
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(new HostRunningStatistics(this));
  }
}
