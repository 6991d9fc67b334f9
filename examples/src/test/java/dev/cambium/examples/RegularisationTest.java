package dev.cambium.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.data.DataSplits;
import dev.cambium.data.Dataset;
import dev.cambium.data.Mnist;
import dev.cambium.nn.Layer;
import dev.cambium.nn.Linear;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.HostArray;
import dev.cambium.train.Model;
import dev.cambium.train.ModelSpec;
import dev.cambium.train.Predictor;
import dev.cambium.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegularisationTest {
  @TempDir Path folder;
  private final Backend backend = new ReferenceProvider().open(BackendConfig.defaults());
  private DataSplits data;

  @BeforeEach
  void openData() throws IOException {
    data = Mnist.open(TestData.mnist(folder, 200, 100));
  }

  @AfterEach
  void closeBackend() {
    backend.close();
  }

  private Model model(Layer layer, long seed) {
    Dataset train = data.train();
    return Model.create(
        ModelSpec.of(layer, train.sampleShape(), train.classNames()), seed, backend);
  }

  private static Layer linear() {
    return Sequential.of(Linear.of(10));
  }

  @Test
  void theNetworkTrainsUnderLimitedWeightsAndIsLessSureThanWithoutNoise() throws IOException {
    try (Model model = model(Regularisation.network(2, 10), 1)) {
      Trainer.builder(model, CrossEntropy.ofLabels(), Regularisation.limited())
          .build()
          .fit(data.train());
      HostArray weight = model.weights().get("5.weight");
      int inputs = weight.shape().dim(1);
      for (int row = 0; row < weight.shape().dim(0); row++) {
        double squares = 0;
        for (int i = 0; i < inputs; i++) {
          squares += weight.get(row * inputs + i) * weight.get(row * inputs + i);
        }
        assertTrue(Math.sqrt(squares) <= 3 * (1 + 1e-6));
      }
      double[] uncertainty = Regularisation.uncertainty(model, data.test().image(0));
      assertEquals(10, uncertainty.length);
      assertTrue(Arrays.stream(uncertainty).max().orElseThrow() > 0);
    }
  }

  @Test
  void anEnsembleOfAModelWithItselfIsTheModel() {
    try (Model model = model(linear(), 1)) {
      assertEquals(
          model.accuracy(data.test(), 64).value(),
          Regularisation.accuracy(List.of(model, model), data.test()));
    }
  }

  @Test
  void tenCropsTakePicturesOfTheModelsSize() {
    try (Model model = model(linear(), 1)) {
      Predictor predictor = Regularisation.tenCrops(model);
      assertEquals(model.sample(), predictor.sample());
      assertEquals(10, predictor.scores(List.of(data.test().image(0)))[0].length);
    }
  }

  @Test
  void snapshotsOfATrainingKnowTheClasses() throws IOException {
    try (Model model = model(linear(), 1)) {
      // 200 samples make 4 steps an epoch: three cycles of 8 steps.
      double accuracy = Regularisation.snapshots(model, data.train(), data.test(), 6, 8);
      assertTrue(accuracy > 0.9, "accuracy " + accuracy);
    }
  }
}
