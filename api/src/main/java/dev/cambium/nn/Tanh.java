package dev.cambium.nn;

import dev.cambium.op.Activate;
import dev.cambium.op.Activation;
import dev.cambium.op.Value;

/**
 * Hyperbolic tangent, elementwise: y = tanh(x); dy/dx = 1 - y^2. Saturates at -1 and 1; {@link
 * dev.cambium.nn.init.Xavier} suits the layer before it.
 */
public record Tanh() implements Layer {
  /** The layer. */
  public static Tanh of() {
    return new Tanh();
  }

  @Override
  public Value describe(LayerContext context, Value input) {
    return context.emit(new Activate(new Activation.Tanh()), input);
  }
}
