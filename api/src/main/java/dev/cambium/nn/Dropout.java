package dev.cambium.nn;

import dev.cambium.op.Value;
import dev.cambium.tensor.Philox4x32;

/**
 * Inverted dropout: in training each element becomes 0 with probability p, and the others are
 * multiplied by 1 / (1 - p), so that the expected value stays; in evaluation nothing happens,
 * unless predictions are averaged over the noise ({@link Mode#SAMPLING}).
 *
 * <p>Shapes: y like x. The mask depends on the seed, the step, this layer's path and the element's
 * index alone, so it is the same on every backend.
 *
 * <p>Source: N. Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from
 * Overfitting", 2014.
 *
 * @param p the probability of being dropped, of [0, 1)
 */
public record Dropout(double p) implements Layer {
  /** Checks the probability. */
  public Dropout {
    Masks.checkProbability("Dropout", p);
  }

  /** Drops with probability p. */
  public static Dropout of(double p) {
    return new Dropout(p);
  }

  @Override
  public Value describe(LayerContext context, Value input) {
    if (!context.sampling() || p == 0) {
      return input;
    }
    int stream = Philox4x32.stream(context.path());
    return context.emit(new dev.cambium.op.Dropout(p, stream), input, context.rng());
  }
}
