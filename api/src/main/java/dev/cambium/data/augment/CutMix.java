package dev.cambium.data.augment;

import dev.cambium.data.BatchTransform;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;

/**
 * Pastes a box of another image of the batch into each one, at the same place, and mixes their
 * targets by the box's share of the pixels.
 *
 * <p>With lambda from Beta(alpha, alpha) the box has the image's proportions and the share 1 -
 * lambda of its area: with r = sqrt(1 - lambda) / 2 it reaches int(r W) to the left and right and
 * int(r H) up and down of its centre, which is uniform over the pixels. What lies outside of the
 * image is clipped. Targets are mixed by the share of the pixels that the box has in the end, so
 * that they say what the image shows: t = lambda' t_i + (1 - lambda') t_j, lambda' = 1 - box / (H
 * W).
 *
 * <p>There is one box for a batch, and image j is the one before image i in the batch, for the
 * first one the last; the batch must be shuffled. As torchvision's {@code v2.CutMix}; timm pairs
 * the batch with itself turned around, the paper with a permutation. Shapes: images {@code [N, C,
 * H, W]}. A batch of one image stays as it is.
 *
 * <p>With alpha near 0 the box is mostly nothing or nearly everything; with alpha 1, the paper's,
 * lambda is uniform; large alphas gather it at a half.
 *
 * <p>Source: S. Yun et al., "CutMix: Regularization Strategy to Train Strong Classifiers with
 * Localizable Features", 2019.
 *
 * @param alpha both parameters of the beta distribution, above 0 and finite
 * @param probability of a batch to be mixed, of [0, 1]; 1 by default
 */
public record CutMix(double alpha, double probability) implements BatchTransform {
  /**
   * A piece of an image.
   *
   * @param top the first row
   * @param left the first column
   * @param bottom the row behind the last
   * @param right the column behind the last
   */
  record Box(int top, int left, int bottom, int right) {
    /** The box around a pixel that covers the share 1 - lambda of the image, clipped. */
    static Box around(int x, int y, double lambda, int height, int width) {
      double r = 0.5 * StrictMath.sqrt(1 - lambda);
      int halfWidth = (int) (r * width);
      int halfHeight = (int) (r * height);
      return new Box(
          Math.max(0, y - halfHeight),
          Math.max(0, x - halfWidth),
          Math.min(height, y + halfHeight),
          Math.min(width, x + halfWidth));
    }

    int pixels() {
      return (bottom - top) * (right - left);
    }
  }

  /** Checks the numbers. */
  public CutMix {
    Require.positive("alpha of CutMix", alpha);
    Require.fraction("probability of CutMix", probability);
  }

  /** Mixes every batch. */
  public static CutMix of(double alpha) {
    return new CutMix(alpha, 1);
  }

  /** This mixture, for a share of the batches. */
  public CutMix probability(double probability) {
    return new CutMix(alpha, probability);
  }

  @Override
  public void check(Shape sampleShape) {
    if (sampleShape.rank() != 3) {
      throw new IllegalArgumentException(
          "CutMix needs images [C, H, W] to cut a box out of, got samples of shape "
              + sampleShape
              + "; use MixUp, which blends samples of any shape");
    }
  }

  @Override
  public void apply(HostArray images, HostArray targets, RandomStream random) {
    Shape shape = images.shape();
    if (shape.dim(0) > 1 && random.nextDouble() < probability) {
      double lambda = random.nextBeta(alpha, alpha);
      int x = random.nextInt(shape.dim(3));
      int y = random.nextInt(shape.dim(2));
      mix(images, targets, Box.around(x, y, lambda, shape.dim(2), shape.dim(3)));
    }
  }

  static void mix(HostArray images, HostArray targets, Box box) {
    int height = images.shape().dim(2);
    int width = images.shape().dim(3);
    RowPairs.change(images, (image, before) -> paste(before, image, box, height, width));
    RowPairs.mix(targets, 1 - (double) box.pixels() / (height * width));
  }

  private static void paste(float[] from, float[] to, Box box, int height, int width) {
    for (int plane = 0; plane < to.length; plane += height * width) {
      for (int row = box.top; row < box.bottom; row++) {
        int at = plane + row * width + box.left;
        System.arraycopy(from, at, to, at, box.right - box.left);
      }
    }
  }
}
