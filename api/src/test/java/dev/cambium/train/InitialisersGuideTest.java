package dev.cambium.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.data.Dataset;
import dev.cambium.nn.CenteredWeightNormConv2d;
import dev.cambium.nn.CenteredWeightNormLinear;
import dev.cambium.nn.Conv2d;
import dev.cambium.nn.Layer;
import dev.cambium.nn.Linear;
import dev.cambium.nn.ReLU;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.Tanh;
import dev.cambium.nn.init.Constant;
import dev.cambium.nn.init.Gain;
import dev.cambium.nn.init.Orthogonal;
import dev.cambium.nn.init.Xavier;
import dev.cambium.spi.Backend;
import dev.cambium.train.DataDependentInit.Filters;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples of docs/initialisers.md, which are taken from here. */
class InitialisersGuideTest {
  private final Dataset trainingData = new Blobs(300, 1);
  @TempDir Path folder;

  @Test
  void lsuv() {
    try (Backend backend = InitialisationNets.reference();
        Model model = Model.create(spec(shapeAlone()), 1, backend)) {
      List<Lsuv.LayerReport> layers = Lsuv.of().apply(model, trainingData, 256);
      assertTrue(layers.stream().allMatch(layer -> Math.abs(layer.varianceAfter() - 1) <= 0.01));
    }
  }

  @Test
  void dataDependent() {
    try (Backend backend = InitialisationNets.reference();
        Model model = Model.create(spec(convolutions()), 1, backend)) {
      DataDependentInit.Report report =
          DataDependentInit.of().filters(Filters.KMEANS).apply(model, trainingData, 256);
      assertTrue(report.spreadAfter() < 1.02, report.toString());
    }
  }

  @Test
  void aSavedModelKeepsItsInitialisersAndItsCentredWeights() throws Exception {
    Path file = folder.resolve("model.safetensors");
    try (Backend backend = InitialisationNets.reference();
        Model model = Model.create(spec(centred()), 1, backend)) {
      model.save(file);
      try (Model loaded = Model.load(file, backend)) {
        assertEquals(model.network().layer(), loaded.network().layer());
      }
    }
  }

  private static Layer shapeAlone() {
    return Sequential.of(
        Linear.of(64).initializer(Xavier.normal(Gain.tanh())),
        Tanh.of(),
        Linear.of(64).initializer(Orthogonal.of(Gain.tanh())),
        Tanh.of(),
        Linear.of(3));
  }

  private static Layer convolutions() {
    return Sequential.of(Conv2d.of(8, 3).padding(1), ReLU.of(), Linear.of(3));
  }

  private static Layer centred() {
    return Sequential.of(
        CenteredWeightNormConv2d.of(Conv2d.of(32, 3).padding(1)),
        ReLU.of(),
        CenteredWeightNormLinear.of(3).gainInitializer(new Constant(Gain.relu())));
  }

  private static ModelSpec spec(Layer layer) {
    return ModelSpec.of(layer, Blobs.SAMPLE, Blobs.CLASSES);
  }
}
