package dev.cambium.data.augment;

import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;

/**
 * Shears, stretches, turns and shifts a picture around its centre, in this order, always by the
 * same amounts; {@link RandomAffine} draws them.
 *
 * <pre>{@code
 * to - centre = [cos a, -sin a; sin a, cos a] * [sx, 0; 0, sy] * [1, 0; -tan v, 1]
 *             * [1, -tan u; 0, 1] * (from - centre) + t
 * }</pre>
 *
 * <p>x goes to the right and y down, so positive degrees turn clockwise. Each pixel of the result
 * is interpolated linearly at the place that it comes from; beyond the border the picture continues
 * with the fill value. A turn by 90, 180 or 270 degrees of a square moves pixels exactly.
 *
 * <p>As torchvision's {@code affine} with bilinear interpolation. Unlike there, x and y may stretch
 * by different factors, and at the border a pixel is mixed with the fill value by its share once
 * (torchvision multiplies by the share twice).
 *
 * @param degrees how far to turn, clockwise (a)
 * @param right how many pixels to shift to the right (t)
 * @param down how many pixels to shift down (t)
 * @param stretchX factor of x, positive (sx)
 * @param stretchY factor of y, positive (sy)
 * @param shearX degrees of the shear along x, between -90 and 90 (u)
 * @param shearY degrees of the shear along y, between -90 and 90 (v)
 * @param fill what is seen where the picture is not
 */
public record Affine(
    double degrees,
    double right,
    double down,
    double stretchX,
    double stretchY,
    double shearX,
    double shearY,
    float fill)
    implements SampleTransform {
  /** Checks the amounts. */
  public Affine {
    Require.finite("degrees of Affine", degrees);
    Require.finite("right of Affine", right);
    Require.finite("down of Affine", down);
    Require.positive("stretchX of Affine", stretchX);
    Require.positive("stretchY of Affine", stretchY);
    Require.shear("shearX of Affine", Range.only(Require.finite("shearX of Affine", shearX)));
    Require.shear("shearY of Affine", Range.only(Require.finite("shearY of Affine", shearY)));
    Require.finite("fill of Affine", fill);
  }

  /** Turns alone, clockwise; what comes from outside is 0. */
  public static Affine rotation(double degrees) {
    return new Affine(degrees, 0, 0, 1, 1, 0, 0, 0);
  }

  /** Shifts alone, by pixels; what comes from outside is 0. */
  public static Affine translation(double right, double down) {
    return new Affine(0, right, down, 1, 1, 0, 0, 0);
  }

  /** Uses no random number. */
  @Override
  public Image apply(Image image, RandomStream random) {
    return isIdentity() ? image : warped(image);
  }

  private boolean isIdentity() {
    return degrees % 360 == 0
        && right == 0
        && down == 0
        && stretchX == 1
        && stretchY == 1
        && shearX == 0
        && shearY == 0;
  }

  private Image warped(Image image) {
    double cos = cos(degrees);
    double sin = cos(degrees - 90);
    double tanU = StrictMath.tan(StrictMath.toRadians(shearX));
    double tanV = StrictMath.tan(StrictMath.toRadians(shearY));
    // The inverse of the four matrices, from the last to the first.
    double xx = cos / stretchX;
    double xy = sin / stretchX;
    double yx = -sin / stretchY + tanV * xx;
    double yy = cos / stretchY + tanV * xy;
    double fromXx = xx + tanU * yx;
    double fromXy = xy + tanU * yy;
    double centreX = (image.width() - 1) / 2.0;
    double centreY = (image.height() - 1) / 2.0;
    return Warp.apply(
        image,
        fill,
        (row, sourceX, sourceY) -> {
          double y = row - centreY - down;
          for (int column = 0; column < sourceX.length; column++) {
            double x = column - centreX - right;
            sourceX[column] = fromXx * x + fromXy * y + centreX;
            sourceY[column] = yx * x + yy * y + centreY;
          }
        });
  }

  /** Exact at multiples of 90 degrees, where the cosine of the radians is not. */
  private static double cos(double degrees) {
    double turned = Math.abs(degrees % 360);
    if (turned % 90 == 0) {
      return turned == 0 ? 1 : turned == 180 ? -1 : 0;
    }
    return StrictMath.cos(StrictMath.toRadians(turned));
  }

  @Override
  public Shape outputShape(Shape shape) {
    return ImageShape.of("Affine", shape).shape();
  }
}
