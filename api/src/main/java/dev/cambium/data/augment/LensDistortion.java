package dev.cambium.data.augment;

import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.Objects;

/**
 * The radial distortion of a simple lens. The pixel at distance r from the centre shows what lies
 * at {@code r * (1 + k r^2)} in the same direction; r is 1 at the corners, half a diagonal away.
 *
 * <p>With {@code k > 0} the picture shrinks more towards its corners, so that straight lines bend
 * outwards like a barrel; with {@code k < 0} it grows there, and lines bend inwards like a
 * pincushion. Interpolated linearly; beyond the border the picture continues with the fill value.
 * torchvision has no such operation.
 *
 * <p>Source: the first radial term of D. C. Brown, "Decentering Distortion of Lenses", 1966, read
 * as a map from the result to the source.
 *
 * @param k the range of the coefficient, at least -1/3, below which the corners would fold over
 * @param fill what is seen where the picture is not
 */
public record LensDistortion(Range k, float fill) implements SampleTransform {
  /** Checks the range. */
  public LensDistortion {
    Objects.requireNonNull(k, "k");
    if (!(k.low() >= -1.0 / 3)) {
      throw new IllegalArgumentException(
          "k of LensDistortion must be at least -1/3, or pictures fold over, got " + k);
    }
    Require.finite("fill of LensDistortion", fill);
  }

  /** Barrel and pincushion alike, up to {@code most}; what comes from outside is 0. */
  public static LensDistortion of(double most) {
    return new LensDistortion(Range.plusMinus(most), 0);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    double drawn = k.draw(random);
    if (drawn == 0) {
      return image;
    }
    double height = image.height();
    double width = image.width();
    double centreX = (width - 1) / 2;
    double centreY = (height - 1) / 2;
    double factor = drawn * 4 / (height * height + width * width);
    return Warp.apply(
        image,
        fill,
        (row, sourceX, sourceY) -> {
          double y = row - centreY;
          for (int column = 0; column < sourceX.length; column++) {
            double x = column - centreX;
            double stretch = 1 + factor * (x * x + y * y);
            sourceX[column] = centreX + stretch * x;
            sourceY[column] = centreY + stretch * y;
          }
        });
  }

  @Override
  public Shape outputShape(Shape shape) {
    return ImageShape.of("LensDistortion", shape).shape();
  }
}
