package dev.cambium.data.augment;

import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.Objects;

/**
 * An {@link Affine} map around the picture's centre whose amounts are drawn uniformly for each
 * picture, so that it is interpolated once however many of them there are:
 *
 * <pre>{@code
 * RandomAffine.identity().rotate(15).translate(0.1).scale(0.9, 1.1).shear(5)
 * }</pre>
 *
 * <p>As torchvision's {@code RandomAffine} with bilinear interpolation, shifts by whole pixels
 * included; in addition x and y can be stretched, each by a factor of its own.
 *
 * @param degrees how far to turn, clockwise
 * @param translateX the largest shift to either side as a share of the width, of [0, 1]
 * @param translateY the largest shift up or down as a share of the height, of [0, 1]
 * @param scale factor of both x and y, positive
 * @param stretch further factor, positive, drawn once for x and once for y
 * @param shearX degrees of the shear along x, between -90 and 90
 * @param shearY degrees of the shear along y, between -90 and 90
 * @param fill what is seen where the picture is not
 */
public record RandomAffine(
    Range degrees,
    double translateX,
    double translateY,
    Range scale,
    Range stretch,
    Range shearX,
    Range shearY,
    float fill)
    implements SampleTransform {
  /** Checks the ranges. */
  public RandomAffine {
    Objects.requireNonNull(degrees, "degrees");
    Require.fraction("translateX of RandomAffine, a share of the width,", translateX);
    Require.fraction("translateY of RandomAffine, a share of the height,", translateY);
    Require.positive("scale of RandomAffine", scale);
    Require.positive("stretch of RandomAffine", stretch);
    Require.shear("shearX of RandomAffine", shearX);
    Require.shear("shearY of RandomAffine", shearY);
    Require.finite("fill of RandomAffine", fill);
  }

  /** Nothing yet: each method that follows adds something. */
  public static RandomAffine identity() {
    Range zero = Range.only(0);
    Range one = Range.only(1);
    return new RandomAffine(zero, 0, 0, one, one, zero, zero, 0);
  }

  /** Turns by up to so many degrees in either direction. */
  public RandomAffine rotate(double most) {
    return new RandomAffine(
        Range.plusMinus(most), translateX, translateY, scale, stretch, shearX, shearY, fill);
  }

  /** Shifts by up to this share of the width, and of the height, in either direction. */
  public RandomAffine translate(double share) {
    return new RandomAffine(degrees, share, share, scale, stretch, shearX, shearY, fill);
  }

  /** Scales x and y by one factor. */
  public RandomAffine scale(double low, double high) {
    return new RandomAffine(
        degrees, translateX, translateY, Range.of(low, high), stretch, shearX, shearY, fill);
  }

  /** Stretches x and y, each by a factor of its own. */
  public RandomAffine stretch(double low, double high) {
    return new RandomAffine(
        degrees, translateX, translateY, scale, Range.of(low, high), shearX, shearY, fill);
  }

  /** Shears along x by up to so many degrees in either direction. */
  public RandomAffine shear(double most) {
    return new RandomAffine(
        degrees, translateX, translateY, scale, stretch, Range.plusMinus(most), shearY, fill);
  }

  /** Shows {@code value} where the picture is not. */
  public RandomAffine fill(float value) {
    return new RandomAffine(degrees, translateX, translateY, scale, stretch, shearX, shearY, value);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    return draw(image.height(), image.width(), random).apply(image, random);
  }

  /** The map of one picture. Always takes as many numbers of the stream. */
  Affine draw(int height, int width, RandomStream random) {
    double turn = degrees.draw(random);
    double right = Math.rint(random.nextUniform(-translateX * width, translateX * width));
    double down = Math.rint(random.nextUniform(-translateY * height, translateY * height));
    double factor = scale.draw(random);
    double stretchX = factor * stretch.draw(random);
    double stretchY = factor * stretch.draw(random);
    return new Affine(
        turn, right, down, stretchX, stretchY, shearX.draw(random), shearY.draw(random), fill);
  }

  @Override
  public Shape outputShape(Shape shape) {
    return ImageShape.of("RandomAffine", shape).shape();
  }
}
