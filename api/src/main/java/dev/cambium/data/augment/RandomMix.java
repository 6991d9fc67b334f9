package dev.cambium.data.augment;

import dev.cambium.data.BatchTransform;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.Objects;

/**
 * One of two changes for each batch, chosen at random: {@code RandomMix.of(MixUp.of(0.2),
 * CutMix.of(1))}, which is how timm mixes a batch with its {@code switch_prob}.
 *
 * @param first what happens otherwise
 * @param second what happens with the probability {@code switchProbability}
 * @param switchProbability of [0, 1]; a half by default
 */
public record RandomMix(BatchTransform first, BatchTransform second, double switchProbability)
    implements BatchTransform {
  /** Checks the probability. */
  public RandomMix {
    Objects.requireNonNull(first, "first");
    Objects.requireNonNull(second, "second");
    Require.fraction("switchProbability of RandomMix", switchProbability);
  }

  /** Either of two, as often as the other. */
  public static RandomMix of(BatchTransform first, BatchTransform second) {
    return new RandomMix(first, second, 0.5);
  }

  /** This choice with another probability of the second. */
  public RandomMix switchProbability(double switchProbability) {
    return new RandomMix(first, second, switchProbability);
  }

  @Override
  public void check(Shape sampleShape) {
    first.check(sampleShape);
    second.check(sampleShape);
  }

  @Override
  public void apply(HostArray images, HostArray targets, RandomStream random) {
    (random.nextDouble() < switchProbability ? second : first).apply(images, targets, random);
  }
}
