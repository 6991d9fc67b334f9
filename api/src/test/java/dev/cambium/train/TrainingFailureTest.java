package dev.cambium.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.data.augment.MixUp;
import dev.cambium.nn.BatchNorm;
import dev.cambium.nn.Conv2d;
import dev.cambium.nn.Dropout;
import dev.cambium.nn.Linear;
import dev.cambium.nn.MaxPool2d;
import dev.cambium.nn.ReLU;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.optim.Adam;
import dev.cambium.optim.UpdateRule;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.FaultyBackend;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Whichever call of the backend fails in a training, nothing stays open behind it. */
class TrainingFailureTest {
  private static final int MOST_CALLS = 100_000;
  private static final int STRIDE = 7;

  @Test
  void whateverFailsEverythingIsFreed() throws IOException {
    int failed = 0;
    for (int call = 0; call < MOST_CALLS; call += STRIDE) {
      FaultyBackend backend =
          new FaultyBackend(new ReferenceProvider().open(BackendConfig.defaults()));
      backend.failAfter(call, () -> new IllegalStateException("broken on purpose"));
      boolean finished = finishes(backend);
      assertEquals(0, backend.memory().bytes(), "memory after call " + call + " failed");
      assertEquals(0, backend.open(), "kernels after call " + call + " failed");
      if (finished) {
        break;
      }
      failed++;
    }
    assertTrue(failed > 100 && failed < MOST_CALLS / STRIDE, "calls that failed: " + failed);
  }

  private static boolean finishes(FaultyBackend backend) throws IOException {
    Sequential layers =
        Sequential.of(
            Conv2d.of(2, 3),
            BatchNorm.of(),
            ReLU.of(),
            MaxPool2d.of(2),
            Dropout.of(0.2),
            Linear.of(3));
    ModelSpec spec = ModelSpec.of(layers, Blobs.SAMPLE, Blobs.CLASSES);
    try (Model model = Model.create(spec, 7, backend)) {
      Trainer.builder(model, CrossEntropy.ofLabels(), UpdateRule.of(Adam.of(), 0.01))
          .batchSize(4)
          .accumulate(2)
          .mix(MixUp.of(0.4))
          .averageWeights(WeightAverage.exponential(0.9))
          .build()
          .fit(new Blobs(10, 1), new Blobs(6, 2));
      model.scores(HostArray.allocate(TensorType.float32(2, 1, 6, 6)));
      return true;
    } catch (IllegalStateException e) {
      assertTrue(backend.failed(), e.toString());
      return false;
    }
  }
}
