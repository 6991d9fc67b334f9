package dev.cambium.nn;

import dev.cambium.op.Value;

/**
 * Turns scores into probabilities over axis 1: p_c = exp(s_c) / sum_k exp(s_k), with the largest
 * score subtracted first, so that nothing overflows.
 *
 * <p>Shapes: x [N, C] or [N, C, H, W] -&gt; y like x. {@link dev.cambium.nn.loss.CrossEntropy}
 * takes scores, so a network that is trained with it ends without this layer.
 */
public record Softmax() implements Layer {
  /** The layer. */
  public static Softmax of() {
    return new Softmax();
  }

  @Override
  public Value describe(LayerContext context, Value input) {
    return context.emit(new dev.cambium.op.Softmax(), input);
  }
}
