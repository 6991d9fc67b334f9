package dev.cambium.examples;

import dev.cambium.data.Batch;
import dev.cambium.data.DataLoader;
import dev.cambium.data.Dataset;
import dev.cambium.data.augment.CutMix;
import dev.cambium.data.augment.MixUp;
import dev.cambium.data.augment.RandomMix;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.nn.loss.Loss;
import dev.cambium.optim.UpdateRule;
import dev.cambium.train.Model;
import dev.cambium.train.Trainer;
import dev.cambium.train.TrainingResult;
import dev.cambium.train.TrainingStep;
import dev.cambium.train.WeightAverage;
import java.io.IOException;

/** Training on mixed batches, and with an average of the weights. */
public final class MixingAndAveraging {
  private MixingAndAveraging() {}

  /** By the trainer: the model has the averages afterwards. */
  public static TrainingResult train(
      Model model, UpdateRule rule, Dataset train, Dataset validation, int epochs)
      throws IOException {
    Trainer trainer =
        Trainer.builder(model, CrossEntropy.ofLabels().labelSmoothing(0.1), rule)
            .epochs(epochs)
            .seed(1)
            .mix(RandomMix.of(MixUp.of(0.2), CutMix.of(1)))
            .averageWeights(WeightAverage.exponential(0.999).warmUp(true))
            .build();
    return trainer.fit(train, validation);
  }

  /** By a loop of one's own over an epoch of mixed batches; gives the mean loss. */
  public static double epoch(Model model, UpdateRule rule, Dataset train) {
    Loss loss = CrossEntropy.ofLabels().forDistributions();
    try (DataLoader loader =
            DataLoader.builder(train, 64).shuffle(1).mix(MixUp.of(0.2), 1).build();
        TrainingStep step = TrainingStep.of(model, loss, rule, 1)) {
      long number = 0;
      for (Batch batch : loader.epoch(0)) {
        step.run(batch, number++);
      }
      return step.takeCounts().loss() / loader.samples();
    }
  }
}
