package dev.cambium.conformance.net;

import dev.cambium.conformance.check.Expectation;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.HostArray;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Where some steps of training must lead, and how far FLOAT32 may lead away from it: the analysis
 * of {@link Oracle}, carried on from step to step. The bound of a tensor is on the root mean square
 * of its deviations: {@value Oracle#FACTOR} times the largest of {@value Oracle#RUNS} runs with
 * errors amplified {@value Oracle#AMPLIFICATION} times. Data are drawn again until no run has a
 * decision of ReLU or max pooling in reach in any step.
 */
final class TrajectoryOracle {
  private static final int MOST_DRAWS = 100;

  /** So many runs find most of the decisions that are in reach. */
  private static final int FEW = 2;

  private final Trajectory trajectory;
  private final int draw;
  private final Map<String, DoubleArray> expected;
  private final Map<String, Double> distances;

  private TrajectoryOracle(Trajectory trajectory, int draw, Map<String, Double> distances) {
    this.trajectory = trajectory;
    this.draw = draw;
    this.distances = distances;
    Map<String, DoubleArray> all;
    try (Backend reference = new ReferenceProvider().open(BackendConfig.defaults())) {
      NetGraph graph = trajectory.graph(DType.FLOAT64, false);
      all = Oracle.sources(trajectory.train(reference, graph, draw));
    }
    this.expected = new LinkedHashMap<>();
    distances.keySet().forEach(name -> expected.put(name, all.get(name)));
  }

  /** Derives everything. */
  static TrajectoryOracle of(Trajectory trajectory) {
    for (int draw = 0; draw < MOST_DRAWS; draw++) {
      if (new NoisyTraining(trajectory, draw, FEW).kinksReached()) {
        continue;
      }
      NoisyTraining training = new NoisyTraining(trajectory, draw, Oracle.RUNS);
      if (!training.kinksReached()) {
        return new TrajectoryOracle(trajectory, draw, training.distances());
      }
    }
    throw new IllegalStateException(
        trajectory.net().name()
            + ": none of "
            + MOST_DRAWS
            + " draws keeps all decisions out of reach");
  }

  /** Which draw of data it is about. */
  int draw() {
    return draw;
  }

  /** The losses by step, then the states after the last. */
  Map<String, DoubleArray> expected() {
    return expected;
  }

  /** The largest allowed root mean square of a value's deviations. */
  double bound(String name) {
    return Oracle.FACTOR * distances.get(name);
  }

  /** Trains on a backend and compares. */
  void check(Backend backend) {
    Map<String, HostArray> got = trajectory.train(backend, draw);
    expected.keySet().forEach(name -> check(name, got.get(name)));
  }

  private void check(String name, HostArray got) {
    DoubleArray value = expected.get(name);
    double distance = distance(value, got);
    if (!(distance <= bound(name))) {
      // An element is at least as far away as the root mean square of all.
      double[] bounds = new double[value.values().length];
      Arrays.fill(bounds, bound(name));
      String what = String.format(Locale.ROOT, "%s (root mean square %.3g away)", name, distance);
      new Expectation(what, value, bounds).check(trajectory.net().name(), got);
    }
  }

  /** The root mean square of a value's deviations. */
  static double distance(DoubleArray value, HostArray got) {
    return Expectation.rootMeanSquare(
        Oracle.difference(new DoubleArray(got.shape(), got.toDoubles()), value).values());
  }
}
