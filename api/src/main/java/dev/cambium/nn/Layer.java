package dev.cambium.nn;

import dev.cambium.op.Value;

/**
 * A part of a network: an immutable description that writes its operations into a graph.
 *
 * <p>Implement it to add a layer of your own; it then works like the ones here. Declare parameters
 * with {@link LayerContext#parameter}, compute with {@link LayerContext#emit}, describe layers
 * inside with {@link LayerContext#child}:
 *
 * <pre>{@code
 * record Scale() implements Layer {
 *   public Value describe(LayerContext context, Value x) {
 *     Value scale = context.parameter("scale", Shape.of(x.shape().dim(1)), Constant.ONES);
 *     return context.emit(new BinaryMath(BinaryMath.Function.MULTIPLY), x, scale);
 *   }
 * }
 * }</pre>
 */
@FunctionalInterface
public interface Layer {
  /**
   * Writes this layer into the graph, in the context's current scope.
   *
   * <p>The same states must be declared in training and in evaluation, with shapes that depend only
   * on the layer and on the input's dimensions after the first.
   *
   * @param context where to declare parameters and emit operations
   * @param input the layer's input
   * @return its output
   * @throws IllegalArgumentException when the input does not fit; the message names the layer's
   *     path
   */
  Value describe(LayerContext context, Value input);

  /** What kind of layer this is, for summaries and messages: {@code Conv2d}. */
  default String kind() {
    String name = getClass().getSimpleName();
    return name.isEmpty() || getClass().isSynthetic() ? "Layer" : name;
  }
}
