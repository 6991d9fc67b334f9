package dev.cambium.nn;

import dev.cambium.op.Activate;
import dev.cambium.op.Activation;
import dev.cambium.op.Value;

/** Logistic function, elementwise: y = 1 / (1 + exp(-x)); dy/dx = y (1 - y), at most 1/4. */
public record Sigmoid() implements Layer {
  /** The layer. */
  public static Sigmoid of() {
    return new Sigmoid();
  }

  @Override
  public Value describe(LayerContext context, Value input) {
    return context.emit(new Activate(new Activation.Sigmoid()), input);
  }
}
