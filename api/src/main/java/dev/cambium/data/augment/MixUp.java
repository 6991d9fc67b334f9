package dev.cambium.data.augment;

import dev.cambium.data.BatchTransform;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;

/**
 * Blends each sample of a batch with another one, and their targets alike: x = lambda x_i + (1 -
 * lambda) x_j, t = lambda t_i + (1 - lambda) t_j, with lambda from Beta(alpha, alpha).
 *
 * <p>There is one lambda for a batch, and sample j is the one before sample i in the batch, for the
 * first one the last; the batch must be shuffled. As torchvision's {@code v2.MixUp}; timm pairs the
 * batch with itself turned around, the paper with a permutation. Samples may have any shape. A
 * batch of one sample stays as it is.
 *
 * <p>With alpha near 0 lambda is mostly near 0 or 1, and samples stay nearly whole; with alpha 1 it
 * is uniform; large alphas gather it at a half. The paper takes 0.2 to 0.4 for ImageNet and 1 for
 * CIFAR.
 *
 * <p>Source: H. Zhang et al., "mixup: Beyond Empirical Risk Minimization", 2017.
 *
 * @param alpha both parameters of the beta distribution, above 0 and finite
 * @param probability of a batch to be mixed, of [0, 1]; 1 by default
 */
public record MixUp(double alpha, double probability) implements BatchTransform {
  /** Checks the numbers. */
  public MixUp {
    Require.positive("alpha of MixUp", alpha);
    Require.fraction("probability of MixUp", probability);
  }

  /** Mixes every batch. */
  public static MixUp of(double alpha) {
    return new MixUp(alpha, 1);
  }

  /** This mixture, for a share of the batches. */
  public MixUp probability(double probability) {
    return new MixUp(alpha, probability);
  }

  @Override
  public void apply(HostArray images, HostArray targets, RandomStream random) {
    if (images.shape().dim(0) > 1 && random.nextDouble() < probability) {
      mix(images, targets, random.nextBeta(alpha, alpha));
    }
  }

  static void mix(HostArray images, HostArray targets, double lambda) {
    RowPairs.mix(images, lambda);
    RowPairs.mix(targets, lambda);
  }
}
