package dev.cambium.nn;

import dev.cambium.op.Activate;
import dev.cambium.op.Activation;
import dev.cambium.op.Value;

/**
 * Leaky rectified linear unit, elementwise: y = x where x &gt; 0, else slope x.
 *
 * <p>Source: A. Maas, A. Hannun, A. Ng, "Rectifier Nonlinearities Improve Neural Network Acoustic
 * Models", 2013.
 *
 * @param slope of the negative side, at least 0; 0.01 by default
 */
public record LeakyReLU(double slope) implements Layer {
  /** Checks the slope. */
  public LeakyReLU {
    if (!(slope >= 0 && slope < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "slope of LeakyReLU must be at least 0 and finite, got " + slope);
    }
  }

  /** With slope 0.01. */
  public static LeakyReLU of() {
    return new LeakyReLU(0.01);
  }

  /** With the given slope. */
  public static LeakyReLU of(double slope) {
    return new LeakyReLU(slope);
  }

  @Override
  public Value describe(LayerContext context, Value input) {
    return context.emit(new Activate(new Activation.LeakyRelu(slope)), input);
  }
}
