package dev.cambium.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.data.Digits;
import dev.cambium.image.Image;
import dev.cambium.nn.BatchNorm;
import dev.cambium.nn.Conv2d;
import dev.cambium.nn.DropConnect;
import dev.cambium.nn.Flatten;
import dev.cambium.nn.Layer;
import dev.cambium.nn.Linear;
import dev.cambium.nn.MaxPool2d;
import dev.cambium.nn.Residual;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.SpatialDropout;
import dev.cambium.nn.StateSpec;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.optim.ParameterGroup;
import dev.cambium.optim.Sgd;
import dev.cambium.optim.UpdateRule;
import dev.cambium.runtime.Coverage;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.train.MarginalizedPredictor;
import dev.cambium.train.Model;
import dev.cambium.train.ModelSpec;
import dev.cambium.train.Trainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Layers that draw, and limited weights, run in kernels alone and give the same bits again. */
class RandomLayersTest extends OpenBackend {
  private static Layer net() {
    return Sequential.of(
        Conv2d.of(8, 3).padding(1),
        BatchNorm.of(),
        SpatialDropout.of(0.2),
        Residual.of(Conv2d.of(8, 3).padding(1)).stochasticDepth(0.3),
        MaxPool2d.of(4),
        Flatten.of(),
        DropConnect.of(16, 0.5),
        DropConnect.of(12, 0.3).maskPerSample(true),
        Linear.of(10));
  }

  private static Model model() {
    ModelSpec spec = ModelSpec.of(net(), Shape.of(1, 28, 28), names());
    return Model.create(spec, 1, backend());
  }

  private static List<String> names() {
    return List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
  }

  private static Trainer.Builder trainer(Model model) {
    UpdateRule rule =
        UpdateRule.of(Sgd.of().momentum(0.9), 0.05)
            .group(ParameterGroup.of(StateSpec::isWeight).maxNorm(1));
    return Trainer.builder(model, CrossEntropy.ofLabels(), rule).batchSize(32).seed(3);
  }

  @Test
  void noOperationOfAStepRunsOnTheHost() {
    try (Model model = model()) {
      List<Coverage> all = new ArrayList<>(trainer(model).build().coverage(32));
      all.addAll(model.coverage(32));
      assertTrue(all.stream().anyMatch(c -> c.op() instanceof dev.cambium.op.Dropout));
      assertTrue(all.stream().anyMatch(c -> c.op() instanceof dev.cambium.op.UnaryMath));
      assertEquals(List.of(), all.stream().filter(c -> c.how() == Coverage.How.HOST).toList());
    }
  }

  @Test
  void trainingAndNoisyPredictionsGiveTheSameBitsAgain() throws Exception {
    Map<String, HostArray> first = null;
    double[] firstScores = null;
    for (int run = 0; run < 2; run++) {
      try (Model model = model()) {
        trainer(model).build().fit(Digits.open(1, 320, 1).train());
        MarginalizedPredictor predictor = MarginalizedPredictor.of(model).draws(3, 9);
        double[] scores = predictor.scores(List.of(Image.filled(1, 28, 28, 0.5f)))[0];
        if (run == 0) {
          first = model.weights();
          firstScores = scores;
        } else {
          Map<String, HostArray> second = model.weights();
          first.forEach(
              (name, value) ->
                  assertArrayEquals(value.toFloats(), second.get(name).toFloats(), name));
          assertArrayEquals(firstScores, scores, 0);
        }
        assertLimited(model.weights());
      }
    }
  }

  /** In FLOAT32 a row of length 1 is at most 1e-6 longer. */
  private static void assertLimited(Map<String, HostArray> weights) {
    weights.forEach(
        (name, value) -> {
          if (value.shape().rank() >= 2) {
            int units = value.shape().dim(0);
            double[] squares = new double[units];
            float[] elements = value.toFloats();
            for (int i = 0; i < elements.length; i++) {
              squares[i * units / elements.length] += (double) elements[i] * elements[i];
            }
            for (double square : squares) {
              assertTrue(Math.sqrt(square) <= 1 + 1e-6, name + ": " + Math.sqrt(square));
            }
          }
        });
  }
}
