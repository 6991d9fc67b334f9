package dev.cambium.nn;

import dev.cambium.op.Activate;
import dev.cambium.op.Activation;
import dev.cambium.op.Value;

/**
 * Rectified linear unit, elementwise: y = max(0, x); dy/dx = 1 where y &gt; 0, else 0.
 *
 * <p>Source: V. Nair, G. Hinton, "Rectified Linear Units Improve Restricted Boltzmann Machines",
 * 2010.
 */
public record ReLU() implements Layer {
  /** The layer. */
  public static ReLU of() {
    return new ReLU();
  }

  @Override
  public Value describe(LayerContext context, Value input) {
    return context.emit(new Activate(Activation.RELU), input);
  }
}
