package dev.cambium.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.nn.BatchNorm;
import dev.cambium.nn.CenteredWeightNormConv2d;
import dev.cambium.nn.CenteredWeightNormLinear;
import dev.cambium.nn.Conv2d;
import dev.cambium.nn.DropConnect;
import dev.cambium.nn.Dropout;
import dev.cambium.nn.Layer;
import dev.cambium.nn.Linear;
import dev.cambium.nn.ReLU;
import dev.cambium.nn.Residual;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.Tanh;
import dev.cambium.nn.init.Constant;
import dev.cambium.nn.init.Normal;
import dev.cambium.op.Affine;
import dev.cambium.spi.Backend;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LsuvTest {
  private final Backend backend = InitialisationNets.reference();

  @AfterEach
  void close() {
    backend.close();
  }

  static List<Layer> activations() {
    return List.of(Tanh.of(), ReLU.of());
  }

  /** Twenty layers, whose small Gaussian weights would leave nothing of the signal. */
  @ParameterizedTest
  @MethodSource("activations")
  void everyLayerOfADeepNetHasVarianceOne(Layer activation) {
    HostArray batch = InitialisationNets.gaussian(128, 64);
    try (Model model =
        InitialisationNets.model(
            InitialisationNets.deep(20, 64, activation), Shape.of(64), backend)) {
      List<Lsuv.LayerReport> reports = Lsuv.of().apply(model, batch);
      List<String> layers = InitialisationNets.deepLayers(20);
      assertEquals(
          layers.stream().map(name -> name + ".weight").toList(),
          reports.stream().map(Lsuv.LayerReport::name).toList());
      Set<String> names = new HashSet<>();
      layers.forEach(name -> names.add(name + ".output"));
      Map<String, HostArray> outputs = model.fetch(batch, names);
      for (int k = 0; k < 20; k++) {
        double variance = variance(outputs.get(layers.get(k) + ".output"));
        assertEquals(1, variance, 0.01, "layer " + k);
        assertEquals(variance, reports.get(k).varianceAfter(), 1e-4);
        assertTrue(reports.get(k).iterations() <= 1, "a linear map needs one division");
      }
    }
  }

  @Test
  void reportsWhatItFoundAndScalesOrthogonalRowsByIt() {
    HostArray batch = InitialisationNets.gaussian(64, 10);
    try (Model model = InitialisationNets.model(Linear.of(5), Shape.of(10), backend)) {
      Lsuv.LayerReport report = Lsuv.of().tolerance(1e-4).apply(model, batch).get(0);
      assertEquals("weight", report.name());
      double[] w = model.weights().get("weight").toDoubles();
      double square = Arrays.stream(w).limit(10).map(x -> x * x).sum();
      assertEquals(1 / report.varianceBefore(), square, 1e-4, "each row was of length 1");
      double product = 0;
      for (int i = 0; i < 10; i++) {
        product += w[i] * w[10 + i];
      }
      assertEquals(0, product, 1e-5);
      assertEquals(1, report.varianceAfter(), 1e-4);
    }
  }

  /**
   * Grouped and strided convolutions, batch normalisation, dropout, a residual block of a bare
   * layer, centred weight normalisation: each linear map alone has variance 1.
   */
  @Test
  void allKindsOfLayersAreSeen() {
    Layer net =
        Sequential.of(
            Conv2d.of(8, 3).padding(1).biasInitializer(new Constant(3)),
            BatchNorm.of(),
            ReLU.of(),
            Residual.of(Conv2d.of(8, 3).padding(1).groups(2).bias(false)),
            CenteredWeightNormConv2d.of(Conv2d.of(6, 3).stride(2)),
            Dropout.of(0.5),
            CenteredWeightNormLinear.of(16).initializer(Normal.small()),
            Tanh.of(),
            Linear.of(5));
    HostArray batch = InitialisationNets.gaussian(16, 2, 9, 9);
    try (Model model = InitialisationNets.model(net, Shape.of(2, 9, 9), backend)) {
      List<Lsuv.LayerReport> reports = Lsuv.of().apply(model, batch);
      assertEquals(
          List.of("0.weight", "3.weight", "4.weight", "6.weight", "8.weight"),
          reports.stream().map(Lsuv.LayerReport::name).toList());
      reports.forEach(report -> assertEquals(1, report.varianceAfter(), 0.01, report.toString()));
      Map<String, HostArray> outputs =
          model.fetch(
              batch, Set.of("0.output", "2.output", "3.output", "4.output", "6.output", "scores"));
      for (String name : List.of("0.output", "4.output", "6.output", "scores")) {
        assertEquals(1, variance(outputs.get(name)), 0.01, name);
      }
      double[] sum = outputs.get("3.output").toDoubles();
      double[] around = outputs.get("2.output").toDoubles();
      for (int i = 0; i < sum.length; i++) {
        sum[i] -= around[i];
      }
      assertEquals(1, variance(HostArray.of(Shape.of(sum.length), sum)), 0.01, "the block alone");
      assertArrayEquals(new double[8], model.weights().get("0.bias").toDoubles());
    }
  }

  /**
   * In evaluation DropConnect multiplies its weights twice, and their squares first, for the
   * variance of u: what counts is u = W x.
   */
  @Test
  void ofDropConnectTheMeanIsNormalisedNotTheVarianceOverItsMasks() {
    HostArray batch = InitialisationNets.gaussian(64, 10);
    for (int i = 0; i < 640; i++) {
      batch.set(i, 3 * batch.get(i));
    }
    Layer net = Sequential.of(DropConnect.of(8, 0.5), Linear.of(5));
    try (Model model = InitialisationNets.model(net, Shape.of(10), backend)) {
      List<Lsuv.LayerReport> reports = Lsuv.of().apply(model, batch);
      assertEquals(
          List.of("0.weight", "1.weight"), reports.stream().map(Lsuv.LayerReport::name).toList());
      assertTrue(reports.get(0).iterations() <= 1, "a linear map needs one division");
      double[] w = model.weights().get("0.weight").toDoubles();
      double[] u = new double[64 * 8];
      for (int i = 0; i < u.length; i++) {
        for (int k = 0; k < 10; k++) {
          u[i] += w[i % 8 * 10 + k] * batch.get(i / 8 * 10 + k);
        }
      }
      assertEquals(1, variance(HostArray.of(Shape.of(u.length), u)), 0.01);
    }
  }

  @Test
  void theSameSeedGivesTheSameWeightsFromADataSet() {
    Blobs data = new Blobs(60, 3);
    ModelSpec spec =
        ModelSpec.of(
            Sequential.of(Linear.of(7), ReLU.of(), Linear.of(3)), Blobs.SAMPLE, Blobs.CLASSES);
    float[][] weights = new float[3][];
    for (int i = 0; i < 3; i++) {
      try (Model model = Model.create(spec, i, backend)) {
        Lsuv.of().seed(i / 2).apply(model, data, 40);
        weights[i] = model.weights().get("0.weight").toFloats();
      }
    }
    assertArrayEquals(weights[0], weights[1]);
    assertFalse(Arrays.equals(weights[0], weights[2]));
  }

  @Test
  void aDeadLayerOrConstantDataIsNamedAndLeavesTheModelAsItWas() {
    HostArray same = HostArray.of(Shape.of(8, 3), new float[24]);
    for (int i = 0; i < 24; i++) {
      same.set(i, 1 + i % 3);
    }
    Layer plain = Sequential.of(Linear.of(4), ReLU.of(), Linear.of(5));
    assertRefused(plain, same, "0.weight gives the same for every sample in 4 of 4 outputs");
    Layer dead =
        Sequential.of(
            Linear.of(4), (context, x) -> context.emit(new Affine(0, 0), x), Linear.of(5));
    assertRefused(
        dead,
        InitialisationNets.gaussian(8, 3),
        "2.weight gives the same for every sample in 5 of 5 outputs");
    HostArray broken = InitialisationNets.gaussian(8, 3);
    broken.set(4, Double.NaN);
    assertRefused(plain, broken, "0.weight gives NaN or infinity");
  }

  private void assertRefused(Layer layer, HostArray batch, String part) {
    try (Model model = InitialisationNets.model(layer, Shape.of(3), backend)) {
      Map<String, HostArray> before = model.weights();
      String message =
          assertThrows(IllegalArgumentException.class, () -> Lsuv.of().apply(model, batch))
              .getMessage();
      assertTrue(message.contains(part), message);
      model
          .weights()
          .forEach(
              (name, value) -> assertArrayEquals(before.get(name).toFloats(), value.toFloats()));
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Lsuv.of().tolerance(0));
    assertThrows(IllegalArgumentException.class, () -> Lsuv.of().tolerance(1));
    assertThrows(IllegalArgumentException.class, () -> Lsuv.of().iterations(0));
    Layer plain = Linear.of(5);
    assertRefused(plain, InitialisationNets.gaussian(1, 3), "batch must be 2 or more");
    assertRefused(plain, InitialisationNets.gaussian(8, 4), "got FLOAT32[8, 4]");
    assertRefused(
        Sequential.of(ReLU.of()), InitialisationNets.gaussian(8, 3), "no fully connected layer");
    try (Model model = InitialisationNets.model(plain, Blobs.SAMPLE, backend)) {
      Blobs data = new Blobs(10, 1);
      assertMessage("the 10 of the data set, got 11", () -> Lsuv.of().apply(model, data, 11));
      assertMessage("at least 2", () -> Lsuv.of().apply(model, data, 1));
    }
    try (Model model = InitialisationNets.model(plain, Shape.of(36), backend)) {
      assertMessage("samples of shape [36]", () -> Lsuv.of().apply(model, new Blobs(10, 1), 5));
    }
  }

  private static void assertMessage(String part, Runnable call) {
    String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
    assertTrue(message.contains(part), message);
  }

  private static double variance(HostArray array) {
    double[] values = array.toDoubles();
    double mean = Arrays.stream(values).average().orElseThrow();
    return Arrays.stream(values).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
  }
}
