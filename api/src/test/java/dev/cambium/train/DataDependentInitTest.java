package dev.cambium.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.nn.CenteredWeightNormLinear;
import dev.cambium.nn.Conv2d;
import dev.cambium.nn.Layer;
import dev.cambium.nn.LeakyReLU;
import dev.cambium.nn.Linear;
import dev.cambium.nn.MaxPool2d;
import dev.cambium.nn.ReLU;
import dev.cambium.nn.Residual;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.Tanh;
import dev.cambium.op.Affine;
import dev.cambium.spi.Backend;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import dev.cambium.train.DataDependentInit.Filters;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DataDependentInitTest {
  private final Backend backend = InitialisationNets.reference();

  @AfterEach
  void close() {
    backend.close();
  }

  /** A net with what may stand between layers; 12 filters of 8 inputs in one group at its start. */
  private static Layer convolutions() {
    return Sequential.of(
        Conv2d.of(12, 2),
        LeakyReLU.of(0.1),
        MaxPool2d.of(2),
        Conv2d.of(8, 3).padding(1).groups(2),
        ReLU.of(),
        CenteredWeightNormLinear.of(16),
        Tanh.of(),
        Linear.of(5));
  }

  @ParameterizedTest
  @EnumSource(Filters.class)
  void everyChannelHasMeanZeroAndVarianceOne(Filters filters) {
    HostArray batch = InitialisationNets.gaussian(40, 2, 9, 9);
    for (int i = 0; i < batch.shape().intSize(); i++) {
      batch.set(i, 2 + batch.get(i));
    }
    try (Model model = InitialisationNets.model(convolutions(), Shape.of(2, 9, 9), backend)) {
      DataDependentInit.Report report =
          DataDependentInit.of().filters(filters).balance(false).apply(model, batch);
      Map<String, HostArray> outputs =
          model.fetch(batch, Set.of("0.output", "3.output", "5.output", "scores"));
      outputs.forEach(
          (name, output) -> {
            OutputMoments moments = OutputMoments.of(output);
            assertArrayEquals(new double[moments.mean().length], moments.mean(), 1e-4, name);
            double[] ones = new double[moments.mean().length];
            Arrays.fill(ones, 1);
            assertArrayEquals(ones, moments.variance(), 1e-4, name);
          });
      assertEquals(0, report.iterations());
      assertEquals(report.spreadBefore(), report.spreadAfter());
      // 2 x 2 x 2 inputs have 8 components; the many patches have more than 12 clusters.
      int first = filters == Filters.RANDOM ? 0 : filters == Filters.PCA ? 8 : 12;
      assertEquals(first, report.layers().get(0).fromData());
      assertEquals(12, report.layers().get(0).outputs());
      assertEquals(filters == Filters.RANDOM ? 0 : 8, report.layers().get(1).fromData());
    }
  }

  /** Means and variances over an output [2, 2, 2] by hand. */
  @Test
  void momentsAreThoseOfSamplesAndPositions() {
    // Channel 0: sample 0 gives (1, 3), sample 1 (1, 7). Channel 1: (2, 4) twice.
    HostArray output = HostArray.of(Shape.of(2, 2, 2), 1.0, 3.0, 2.0, 4.0, 1.0, 7.0, 2.0, 4.0);
    OutputMoments moments = OutputMoments.of(output);
    assertArrayEquals(new double[] {3, 3}, moments.mean());
    assertArrayEquals(new double[] {6, 1}, moments.variance());
    assertArrayEquals(new double[] {2, 0}, moments.overSamples());
    assertEquals(3.5, moments.overall());
  }

  /** Data along (3, 4, 0) / 5 with little noise: the first component is that direction. */
  @Test
  void theFirstFilterOfPcaIsTheDirectionOfTheLargestVariance() {
    HostArray batch = InitialisationNets.gaussian(200, 3);
    RandomStream random = new RandomStream(2, "direction");
    for (int n = 0; n < 200; n++) {
      double along = random.nextGaussian();
      batch.set(3 * n, 0.6 * along + 0.01 * batch.get(3 * n));
      batch.set(3 * n + 1, 0.8 * along + 0.02 * batch.get(3 * n + 1));
      batch.set(3 * n + 2, 0.005 * batch.get(3 * n + 2));
    }
    assertCosine(firstRows(Filters.PCA, batch, 1), 0.6, 0.8, 0);
  }

  /** Three bunches of points: each filter answers most to another one. */
  @Test
  void theFiltersOfKMeansTellClustersApart() {
    HostArray batch = InitialisationNets.gaussian(90, 4);
    for (int i = 0; i < 360; i++) {
      batch.set(i, 0.005 * batch.get(i) + (i % 4 == i / 4 % 3 ? 1 : 0));
    }
    double[] rows = firstRows(Filters.KMEANS, batch, 3);
    boolean[] seen = new boolean[3];
    for (int row = 0; row < 3; row++) {
      double[] answers = new double[3];
      for (int n = 0; n < 90; n++) {
        for (int k = 0; k < 4; k++) {
          answers[n % 3] += rows[4 * row + k] * batch.get(4 * n + k) / 30;
        }
      }
      int best = answers[0] > answers[1] ? 0 : 1;
      best = answers[2] > answers[best] ? 2 : best;
      assertFalse(seen[best], "two filters answer to cluster " + best);
      seen[best] = true;
    }
  }

  /** Two directions among the points, but four centres asked for. */
  @Test
  void thereAreNoMoreCentresThanDirections() {
    double[][] points = {{1, 0}, {0, 2}, {3, 0}, {0, 0}, {0, 1}};
    double[][] centres = new SphericalKMeans(points).centres(4, new RandomStream(1, "centres"));
    Arrays.sort(centres, (a, b) -> Double.compare(a[0], b[0]));
    assertEquals(2, centres.length);
    assertArrayEquals(new double[] {0, 1}, centres[0], 1e-12);
    assertArrayEquals(new double[] {1, 0}, centres[1], 1e-12);
  }

  private double[] firstRows(Filters filters, HostArray batch, int outputs) {
    int inputs = batch.shape().dim(1);
    Layer net = Sequential.of(Linear.of(outputs), ReLU.of(), Linear.of(5));
    try (Model model = InitialisationNets.model(net, Shape.of(inputs), backend)) {
      DataDependentInit.of().filters(filters).balance(false).apply(model, batch);
      return model.weights().get("0.weight").toDoubles();
    }
  }

  private static void assertCosine(double[] row, double... direction) {
    double product = 0;
    double square = 0;
    for (int i = 0; i < row.length; i++) {
      product += row[i] * direction[i];
      square += row[i] * row[i];
    }
    assertEquals(1, Math.abs(product) / Math.sqrt(square), 1e-3);
  }

  /** A convolution is the product of its filters with the patches, whatever its geometry. */
  @Test
  void patchesAreWhatTheFiltersSee() {
    Layer net = Conv2d.of(4, 3).padding(2).stride(2).dilation(2).groups(2).bias(false);
    HostArray batch = InitialisationNets.gaussian(3, 4, 7, 6);
    try (Model model = InitialisationNets.model(net, Shape.of(4, 7, 6), backend)) {
      double[] w = model.weights().get("weight").toDoubles();
      LayerProbe.run(
          model,
          batch,
          probe -> {
            WeightedLayer layer = probe.layers().get(0);
            Patches patches = new Patches(layer, probe.input(layer));
            HostArray y = probe.output(layer);
            int positions = y.shape().dim(2) * y.shape().dim(3);
            assertEquals(2, patches.groups());
            for (int o = 0; o < 4; o++) {
              var rows = patches.draw(o / 2, 1000, new RandomStream(1, ""));
              assertEquals(3 * positions, rows.getRowDim());
              for (int row = 0; row < rows.getRowDim(); row++) {
                double sum = 0;
                for (int i = 0; i < 18; i++) {
                  sum += w[18 * o + i] * rows.doubleValue(row, i);
                }
                int at = (row / positions * 4 + o) * positions + row % positions;
                assertEquals(y.get(at), sum, 1e-5);
              }
            }
            return null;
          });
    }
  }

  /** ReLU is homogeneous: one round is exact, and the scores stay what they were. */
  @Test
  void oneRoundBalancesAChainOfReLU() {
    HostArray batch = InitialisationNets.gaussian(128, 64);
    Layer net = InitialisationNets.deep(20, 64, ReLU.of());
    float[] scores;
    try (Model model = InitialisationNets.model(net, Shape.of(64), backend)) {
      DataDependentInit.of().balance(false).apply(model, batch);
      scores = model.scores(batch).toFloats();
    }
    try (Model model = InitialisationNets.model(net, Shape.of(64), backend)) {
      DataDependentInit.Report report = DataDependentInit.of().apply(model, batch);
      assertEquals(20, report.layers().size());
      assertTrue(report.spreadBefore() > 2, () -> "before " + report.spreadBefore());
      assertTrue(report.spreadAfter() < 1.02, () -> "after " + report.spreadAfter());
      assertEquals(1, report.iterations());
      assertArrayEquals(scores, model.scores(batch).toFloats(), 1e-3f);
      OutputMoments moments =
          OutputMoments.of(model.fetch(batch, Set.of("20.output")).get("20.output"));
      assertArrayEquals(new double[64], moments.mean(), 1e-3, "channels keep their mean 0");
    }
  }

  /** Where scaling is not exact, rounds approach the balance: within 1 %, as asked for. */
  @Test
  void roundsBalanceOtherNetsToo() {
    Layer block =
        Residual.of(Sequential.of(Linear.of(32), ReLU.of(), CenteredWeightNormLinear.of(32)));
    for (Layer net :
        List.of(
            InitialisationNets.deep(10, 32, Tanh.of()),
            Sequential.of(Linear.of(32), block, ReLU.of(), block, Linear.of(5)))) {
      try (Model model = InitialisationNets.model(net, Shape.of(64), backend)) {
        DataDependentInit.Report report =
            DataDependentInit.of().apply(model, InitialisationNets.gaussian(128, 64));
        assertTrue(
            report.spreadAfter() < 1.02,
            () -> report.spreadBefore() + " -> " + report.spreadAfter() + ", " + report);
        assertTrue(report.spreadBefore() > 1.2, () -> "before " + report.spreadBefore());
      }
    }
  }

  /** The rate of a single layer by hand: dL/dW = r^T x, so C = |r^T x| / |W|. */
  @Test
  void ratesAreGradientsByWeights() {
    HostArray batch = InitialisationNets.gaussian(2, 3);
    try (Model model = InitialisationNets.model(Linear.of(5).bias(false), Shape.of(3), backend)) {
      double[] w = model.weights().get("weight").toDoubles();
      double rate =
          LayerProbe.run(
              model,
              batch,
              probe -> {
                try (ChangeRates rates = new ChangeRates(probe, 9)) {
                  return rates.measure()[0];
                }
              });
      RandomStream stream = new RandomStream(9, "initialisation.directions");
      double[] r = new double[10];
      Arrays.setAll(r, i -> (float) stream.nextGaussian());
      double square = 0;
      for (int o = 0; o < 5; o++) {
        for (int k = 0; k < 3; k++) {
          double gradient = r[o] * batch.get(k) + r[5 + o] * batch.get(3 + k);
          square += gradient * gradient;
        }
      }
      double weights = Arrays.stream(w).map(x -> x * x).sum();
      assertEquals(Math.sqrt(square / weights), rate, 1e-5 * rate);
    }
  }

  @Test
  void theSameSeedGivesTheSameWeightsFromADataSet() {
    ModelSpec spec =
        ModelSpec.of(
            Sequential.of(Conv2d.of(6, 3), ReLU.of(), Linear.of(3)), Blobs.SAMPLE, Blobs.CLASSES);
    float[][] weights = new float[3][];
    for (int i = 0; i < 3; i++) {
      try (Model model = Model.create(spec, i, backend)) {
        DataDependentInit.of()
            .filters(Filters.KMEANS)
            .seed(i / 2)
            .apply(model, new Blobs(60, 3), 40);
        weights[i] = model.weights().get("0.weight").toFloats();
      }
    }
    assertArrayEquals(weights[0], weights[1]);
    assertFalse(Arrays.equals(weights[0], weights[2]));
  }

  @Test
  void errorsNameTheLayerAndLeaveTheModelAsItWas() {
    HostArray same = HostArray.of(Shape.of(8, 3), new float[24]);
    Layer plain = Sequential.of(Linear.of(4), ReLU.of(), Linear.of(5));
    for (Filters filters : Filters.values()) {
      assertRefused(filters, plain, same, "0.weight gives the same for every sample in 4 of 4");
    }
    Layer dead =
        Sequential.of(
            Linear.of(4), (context, x) -> context.emit(new Affine(0, 0), x), Linear.of(5));
    assertRefused(Filters.PCA, dead, InitialisationNets.gaussian(8, 3), "2.weight gives the same");
    Layer blind = Sequential.of(Linear.of(4), (context, x) -> context.emit(new Affine(0, 1), x));
    assertRefused(
        Filters.RANDOM,
        blind,
        InitialisationNets.gaussian(8, 3),
        "gradient of 0.weight relative to its weights is 0.0");
    assertThrows(IllegalArgumentException.class, () -> DataDependentInit.of().tolerance(0));
    assertThrows(IllegalArgumentException.class, () -> DataDependentInit.of().iterations(0));
  }

  private void assertRefused(Filters filters, Layer layer, HostArray batch, String part) {
    try (Model model = InitialisationNets.model(layer, Shape.of(3), backend)) {
      Map<String, HostArray> before = model.weights();
      DataDependentInit init = DataDependentInit.of().filters(filters);
      String message =
          assertThrows(IllegalArgumentException.class, () -> init.apply(model, batch)).getMessage();
      assertTrue(message.contains(part), message);
      model
          .weights()
          .forEach(
              (name, value) -> assertArrayEquals(before.get(name).toFloats(), value.toFloats()));
    }
  }
}
