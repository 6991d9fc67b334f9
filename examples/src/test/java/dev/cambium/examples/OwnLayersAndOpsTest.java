package dev.cambium.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.data.DataSplits;
import dev.cambium.data.Digits;
import dev.cambium.monitor.RunFolder;
import dev.cambium.monitor.RunInfo;
import dev.cambium.nn.Network;
import dev.cambium.nn.Summary;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.op.Op;
import dev.cambium.optim.AdamW;
import dev.cambium.optim.UpdateRule;
import dev.cambium.runtime.Coverage;
import dev.cambium.runtime.Eager;
import dev.cambium.runtime.GradientCheck;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Backends;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.train.Evaluator;
import dev.cambium.train.Model;
import dev.cambium.train.ModelSpec;
import dev.cambium.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnLayersAndOpsTest {
  private static final DataSplits DIGITS = Digits.open(1, 1000, 200);

  @TempDir Path folder;

  private static Backend open(String name) {
    return Backends.discover().open(name, Map.of());
  }

  private static ModelSpec spec() {
    return ModelSpec.of(
            OwnLayersAndOps.network(10), DIGITS.train().sampleShape(), DIGITS.train().classNames())
        .with(OwnLayersAndOps.ARCHITECTURE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void theOperationHasItsValuesOnEveryBackend(String name) {
    HostArray x = HostArray.of(Shape.of(5), new float[] {-30, -1, 0, 0.5f, 3});
    // x / (1 + exp(-x)), computed with bc to 10 digits
    float[] expected = {-2.8073e-12f, -0.2689414214f, 0, 0.3112296656f, 2.8577223805f};
    try (Backend backend = open(name);
        Eager eager = new Eager(backend)) {
      HostArray y = eager.fetch(eager.emit(new OwnLayersAndOps.Swish(), eager.tensor(x)));
      assertArrayEquals(expected, y.toFloats(), 1e-6f);
    }
  }

  @Test
  void gradientsAreThoseOfTheFormulas() {
    Shape input = Shape.of(2, 1, 4, 4);
    Network network = Network.of(OwnLayersAndOps.network(3), DType.FLOAT64, Shape.of(1, 4, 4));
    Map<String, HostArray> values = new HashMap<>(network.initialise(3));
    RandomStream random = new RandomStream(3, "input");
    double[] pixels = new double[input.intSize()];
    Arrays.setAll(pixels, i -> random.nextGaussian());
    values.put(Network.INPUT, HostArray.of(new TensorType(DType.FLOAT64, input), pixels));
    List<GradientCheck.Result> results =
        new GradientCheck(g -> network.describe(g, input, true).output(), values, 20).run();
    results.forEach(result -> assertTrue(result.passed(), result.toString()));
    Set<String> checked =
        results.stream().map(GradientCheck.Result::name).collect(Collectors.toSet());
    assertTrue(checked.containsAll(network.states().keySet()), checked.toString());
  }

  @Test
  void aNetworkOfThemLearnsIsSavedAndLoaded() throws IOException {
    Path file = folder.resolve("model.safetensors");
    RunFolder run =
        RunFolder.create(folder.resolve("run"), RunInfo.now(Map.of(), 1, "cpu", "test"));
    try (Backend backend = open("cpu")) {
      double accuracy;
      try (Model model = Model.create(spec(), 1, backend)) {
        Trainer.builder(model, CrossEntropy.ofLabels(), UpdateRule.of(AdamW.of(), 0.01))
            .epochs(4)
            .batchSize(32)
            .seed(1)
            .runFolder(run)
            .build()
            .fit(DIGITS.train());
        accuracy = accuracy(model);
        model.save(file);
      }
      assertTrue(accuracy > 0.7, "accuracy " + accuracy);
      assertEquals(accuracy, loaded(file, backend));
      assertEquals(accuracy, loaded(run.lastCheckpoint(), backend));
      assertThrows(IOException.class, () -> Model.load(file, backend));
    }
  }

  private static double loaded(Path file, Backend backend) throws IOException {
    try (Model model = Model.load(file, backend, OwnLayersAndOps.ARCHITECTURE)) {
      return accuracy(model);
    }
  }

  private static double accuracy(Model model) {
    return new Evaluator(model, CrossEntropy.ofLabels(), 50).evaluate(DIGITS.test()).accuracy();
  }

  @Test
  void theyHaveTheirRowsInTheSummaryAndTheirPathsInErrors() {
    Summary summary = spec().network().summary();
    List<String> kinds = summary.rows().stream().map(Summary.Row::kind).toList();
    assertTrue(kinds.containsAll(List.of("SwishLayer", "SqueezeExcite")), kinds.toString());
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                Network.of(
                    dev.cambium.nn.Sequential.of(new OwnLayersAndOps.SqueezeExcite(2)),
                    Shape.of(3, 8, 8)));
    assertTrue(e.getMessage().startsWith("0: SqueezeExcite expects"), e.getMessage());
  }

  @Test
  void theOperationUsesTheKernelsOfTheBackend() {
    try (Backend backend = open("cpu");
        Model model = Model.create(spec(), 1, backend)) {
      List<Coverage> coverage = model.coverage(8);
      Set<Coverage.How> ways =
          coverage.stream()
              .filter(entry -> isSwish(entry.op()))
              .map(Coverage::how)
              .collect(Collectors.toSet());
      assertEquals(Set.of(Coverage.How.LOWERED), ways);
      assertTrue(
          coverage.stream().noneMatch(entry -> entry.how() == Coverage.How.HOST),
          coverage.toString());
    }
  }

  private static boolean isSwish(Op op) {
    return op instanceof OwnLayersAndOps.Swish;
  }
}
