package dev.cambium.nn;

import dev.cambium.op.Value;

/**
 * The logarithm of the softmax over axis 1: y_c = s_c - log sum_k exp(s_k), with the largest score
 * subtracted first, so that nothing overflows and small probabilities keep their precision.
 *
 * <p>Shapes: x [N, C] or [N, C, H, W] -&gt; y like x.
 */
public record LogSoftmax() implements Layer {
  /** The layer. */
  public static LogSoftmax of() {
    return new LogSoftmax();
  }

  @Override
  public Value describe(LayerContext context, Value input) {
    return context.emit(new dev.cambium.op.LogSoftmax(), input);
  }
}
