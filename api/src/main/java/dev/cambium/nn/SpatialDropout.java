package dev.cambium.nn;

import dev.cambium.op.Reshape;
import dev.cambium.op.Value;
import dev.cambium.tensor.Shape;

/**
 * Dropout of whole channels: in training each channel of each image becomes 0 with probability p,
 * and the others are multiplied by 1 / (1 - p); in evaluation nothing happens. Neighbouring pixels
 * of a feature map say nearly the same, so that dropping them one by one, as {@link Dropout} does,
 * leaves the information where it was.
 *
 * <p>y[n, c, h, w] = m[n, c] x[n, c, h, w] with m[n, c] = 0 or 1 / (1 - p).
 *
 * <p>Shapes: x [N, C, H, W] -&gt; y like x. PyTorch's {@code Dropout2d}.
 *
 * <p>Source: J. Tompson et al., "Efficient Object Localization Using Convolutional Networks", 2015.
 *
 * @param p the probability of being dropped, of [0, 1)
 */
public record SpatialDropout(double p) implements Layer {
  /** Checks the probability. */
  public SpatialDropout {
    Masks.checkProbability("SpatialDropout", p);
  }

  /** Drops channels with probability p. */
  public static SpatialDropout of(double p) {
    return new SpatialDropout(p);
  }

  @Override
  public Value describe(LayerContext context, Value input) {
    Shape x = input.shape();
    Inputs.requireImages(context, this, x);
    if (!context.sampling() || p == 0) {
      return input;
    }
    Shape channels = Shape.of(x.dim(0), x.dim(1));
    Value mask = Masks.draw(context, p, "channels", input.tensorType().withShape(channels));
    Shape stretching = Shape.of(x.dim(0), x.dim(1), 1, 1);
    return Masks.times(context, input, context.emit(new Reshape(stretching), mask));
  }
}
