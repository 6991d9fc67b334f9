package dev.cambium.op;

import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The gradient of {@link BatchNormTraining}. With z the value before the activation and M values
 * per channel: dz = dy activation'(z), read off y; xhat = (x - mean) / sqrt(variance + epsilon);
 * dbeta = sum dz; dgamma = sum dz xhat; dx = gamma / sqrt(variance + epsilon) (dz - dbeta / M -
 * xhat dgamma / M).
 *
 * <p>Inputs: {@code dy}, {@code x}, {@code y} [N, C] or [N, C, H, W]; {@code gamma} [C]; {@code
 * mean} and {@code variance} [C] as the forward operation gave them; {@code workspace}, its cache,
 * without which the activation's derivative is read off y. Outputs: {@code dx} as x; {@code dgamma}
 * [C]; {@code dbeta} [C]. All tensors are of one floating type. It is an error when M is less than
 * 2.
 *
 * @param epsilon added to the variance; positive
 * @param activation {@link Activation#NONE} or {@link Activation#RELU}
 */
public record BatchNormBackward(double epsilon, Activation activation) implements Op {
  /** Checks epsilon and the activation. */
  public BatchNormBackward {
    BatchNormTraining.checkEpsilon("BatchNormBackward", epsilon);
    BatchNormTraining.checkActivation("BatchNormBackward", activation);
  }

  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    Operands operands =
        Operands.of(this, inputs, "dy", "x", "y", "gamma", "mean", "variance", "workspace");
    TensorType x = BatchNormTraining.normalised(operands, 1);
    BatchNormTraining.checkCount(operands, 1, x.shape());
    operands.exactly(0, x, "as x");
    operands.exactly(2, x, "as x");
    TensorType channels = TensorType.of(x.dtype(), x.shape().dim(1));
    for (int i = 3; i <= 5; i++) {
      operands.exactly(i, channels, "one per channel of x " + x);
    }
    operands.cache(6);
    return List.of(x, channels, channels);
  }

  @Override
  public Optional<List<Value>> lower(Emitter emitter, List<Value> inputs) {
    if (activation.equals(Activation.NONE)) {
      return Optional.empty();
    }
    List<Value> plain = new ArrayList<>(inputs);
    plain.set(0, emitter.emit(new ActivateGradient(activation), inputs.get(0), inputs.get(2)));
    return Optional.of(emitter.emit(new BatchNormBackward(epsilon, Activation.NONE), plain));
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(new HostBatchNormBackward(this));
  }
}
