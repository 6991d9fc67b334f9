package dev.cambium.nn;

import dev.cambium.op.Reshape;
import dev.cambium.op.Value;
import dev.cambium.tensor.Shape;

/**
 * Lays all dimensions after the first in one row, in row-major order (C, H, W).
 *
 * <p>Shapes: x [N, d1, d2, ...] -&gt; y [N, d1 d2 ...]. {@link Linear} does this by itself at no
 * cost; this layer is for everything else that wants [N, features].
 */
public record Flatten() implements Layer {
  /** The layer. */
  public static Flatten of() {
    return new Flatten();
  }

  @Override
  public Value describe(LayerContext context, Value input) {
    Shape x = input.shape();
    if (x.rank() < 1) {
      throw context.error("Flatten expects [N, ...], got input shape " + x);
    }
    return context.emit(
        new Reshape(Shape.of(x.dim(0), Math.toIntExact(x.size(1, x.rank())))), input);
  }
}
