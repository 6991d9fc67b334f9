package dev.cambium.examples;

import dev.cambium.data.Dataset;
import dev.cambium.data.SampleTransform;
import dev.cambium.train.Model;
import dev.cambium.train.Trainer;
import dev.cambium.train.WeightAverage;
import java.util.Optional;

/**
 * How a model is trained, whichever command does it.
 *
 * @param recipe the budget and the rule of updates
 * @param augmentation what is done to training images
 * @param averageDecay of the moving average of the weights; 0 for none. The average warms up, so
 *     that the random first weights do not stay in it where the training is short.
 * @param accumulate batches whose gradients make one update
 * @param seed decides order, noise and augmentation
 */
record TrainingPlan(
    Recipe recipe, Augmentation augmentation, double averageDecay, int accumulate, long seed) {
  /**
   * A trainer, to which the run folder and the listeners are added.
   *
   * @param transform what {@link Augmentation#trainingTransform} has made for {@code train}
   */
  Trainer.Builder trainer(Model model, Dataset train, Optional<SampleTransform> transform) {
    int batches = (train.size() + recipe.batch() - 1) / recipe.batch();
    long updates = Math.max(1, (long) batches * recipe.epochs() / accumulate);
    Trainer.Builder builder =
        Trainer.builder(model, recipe.loss(), recipe.rule(updates))
            .epochs(recipe.epochs())
            .batchSize(recipe.batch())
            .seed(seed)
            .accumulate(accumulate);
    transform.ifPresent(builder::transform);
    augmentation.mix().ifPresent(builder::mix);
    if (averageDecay > 0) {
      builder.averageWeights(WeightAverage.exponential(averageDecay).warmUp(true));
    }
    return builder;
  }
}
