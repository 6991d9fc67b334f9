package dev.cambium.data.augment;

import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.Objects;

/**
 * A transform that happens with probability p. As torchvision's {@code RandomApply}, for one
 * transform; a {@link Compose} makes one of many.
 *
 * @param transform keeps the shape of pictures, as not every one goes through it
 * @param p of [0, 1]
 */
public record RandomApply(SampleTransform transform, double p) implements SampleTransform {
  /** Checks the probability. */
  public RandomApply {
    Objects.requireNonNull(transform, "transform");
    Require.fraction("p of RandomApply, a probability,", p);
  }

  /** {@code transform} with probability {@code p}. */
  public static RandomApply of(SampleTransform transform, double p) {
    return new RandomApply(transform, p);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    return random.nextDouble() < p ? transform.apply(image, random) : image;
  }

  /**
   * The shape as it is.
   *
   * @throws IllegalArgumentException when the transform would change it
   */
  @Override
  public Shape outputShape(Shape shape) {
    Shape changed = transform.outputShape(shape);
    if (!changed.equals(shape)) {
      throw new IllegalArgumentException(
          "RandomApply needs a transform that keeps the shape, as all pictures must have one; %s"
                  .formatted(transform)
              + " makes %s of %s".formatted(changed, shape));
    }
    return shape;
  }
}
