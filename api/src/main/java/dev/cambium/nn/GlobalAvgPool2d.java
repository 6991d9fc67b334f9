package dev.cambium.nn;

import dev.cambium.op.AveragePooling;
import dev.cambium.op.Padding2d;
import dev.cambium.op.Size2d;
import dev.cambium.op.Value;
import dev.cambium.op.Window2d;

/**
 * Takes the mean of each channel over the whole image, whatever its size.
 *
 * <p>Shapes: x [N, C, H, W] -&gt; y [N, C, 1, 1], which a {@link Linear} takes as it is.
 *
 * <p>Source: M. Lin, Q. Chen, S. Yan, "Network In Network", 2014.
 */
public record GlobalAvgPool2d() implements Layer {
  /** The layer. */
  public static GlobalAvgPool2d of() {
    return new GlobalAvgPool2d();
  }

  @Override
  public Value describe(LayerContext context, Value input) {
    Inputs.requireImages(context, this, input.shape());
    Size2d image = new Size2d(input.shape().dim(2), input.shape().dim(3));
    return context.emit(
        new AveragePooling(new Window2d(image, image, Padding2d.NONE), false), input);
  }
}
