package dev.cambium.data;

import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;

/**
 * A random change of a picture each time it is used for training. The loader hands it a stream of
 * its own for each (seed, sample, epoch), so that what happens to a picture does not depend on the
 * number of threads or on other pictures. It comes before preprocessing: pixels are in [0, 1].
 */
@FunctionalInterface
public interface SampleTransform {
  /**
   * The changed picture, of the shape that {@link #outputShape} says; {@code image} may be changed
   * in place and returned.
   */
  Image apply(Image image, RandomStream random);

  /** The shape {@code [C, H, W]} of results for pictures of {@code shape}. */
  default Shape outputShape(Shape shape) {
    return shape;
  }
}
