package dev.cambium.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.data.DataSplits;
import dev.cambium.data.Digits;
import dev.cambium.nn.BatchNorm;
import dev.cambium.nn.Conv2d;
import dev.cambium.nn.Linear;
import dev.cambium.nn.MaxPool2d;
import dev.cambium.nn.ReLU;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.optim.AdamW;
import dev.cambium.optim.UpdateRule;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Backends;
import dev.cambium.train.Evaluator;
import dev.cambium.train.Model;
import dev.cambium.train.ModelSpec;
import dev.cambium.train.TrainingResult;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MixingAndAveragingTest {
  private static final DataSplits DIGITS = Digits.open(1, 1000, 200);
  private static final UpdateRule RULE = UpdateRule.of(AdamW.of(), 3e-3);

  private static Model model(Backend backend) {
    Sequential layers =
        Sequential.of(
            Conv2d.of(8, 3),
            BatchNorm.of(),
            ReLU.of(),
            MaxPool2d.of(2),
            Conv2d.of(16, 3),
            BatchNorm.of(),
            ReLU.of(),
            MaxPool2d.of(2),
            Linear.of(64),
            ReLU.of(),
            Linear.of(10));
    return Model.create(
        ModelSpec.of(layers, DIGITS.train().sampleShape(), DIGITS.train().classNames()),
        1,
        backend);
  }

  private static double accuracy(Model model) {
    return new Evaluator(model, CrossEntropy.ofLabels(), 50).evaluate(DIGITS.test()).accuracy();
  }

  @Test
  void theTrainersAverageOfTenEpochsOfMixedDigitsKnowsWholeOnes() throws IOException {
    try (Backend backend = Backends.discover().open("cpu", Map.of());
        Model model = model(backend)) {
      TrainingResult result =
          MixingAndAveraging.train(model, RULE, DIGITS.train(), DIGITS.test(), 10);
      assertEquals(160, result.progress().step());
      assertTrue(accuracy(model) >= 0.9, "accuracy " + accuracy(model));
    }
  }

  @Test
  void anEpochOfOnesOwnLoopLearns() {
    try (Backend backend = Backends.discover().open("cpu", Map.of());
        Model model = model(backend)) {
      double first = MixingAndAveraging.epoch(model, RULE, DIGITS.train());
      assertTrue(MixingAndAveraging.epoch(model, RULE, DIGITS.train()) < first);
      assertTrue(accuracy(model) >= 0.6, "accuracy " + accuracy(model));
    }
  }
}
