package dev.cambium.conformance.net;

import dev.cambium.conformance.check.Expectation;
import dev.cambium.conformance.check.HostEvaluation;
import dev.cambium.graph.Assignment;
import dev.cambium.graph.Graph;
import dev.cambium.graph.Node.Operation;
import dev.cambium.graph.Node.Output;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.HostArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a network must compute from a draw of data, and how far FLOAT32 may lead away from it.
 *
 * <p>The values come from the {@code reference} backend in double, from the operations as the
 * layers describe them. The bounds come from Monte Carlo arithmetic (D. Parker, "Monte Carlo
 * Arithmetic", 1997): the same computation runs {@value #RUNS} times with random errors added to
 * every operation, of the standard deviation that {@link RoundingModel} derives from the rounding
 * errors of that operation, times {@value #AMPLIFICATION}. An element's bound is {@value #FACTOR}
 * times the root mean square of its deviations in these runs, or of its whole tensor's where that
 * is larger: {@value #DEVIATIONS} standard deviations of its error.
 *
 * <p>Why not a worst-case bound: when all errors are taken to conspire, a convolution of K products
 * multiplies the relative error of its input by sum |w x| / |sum w x|, about the square root of K;
 * after the 20 layers of a residual net nothing is left that a wrong kernel could exceed. Why
 * {@value #DEVIATIONS} deviations: final errors are sums of a great many small independent ones,
 * hence close to normal, and of a deviation that is at most the model's (it gives each rounding the
 * variance u^2; uniform mantissas have about u^2 / 5). Beyond 8 deviations lies a share of 1e-15 of
 * a normal distribution, and of 4e-5 of Student's with 8 degrees of freedom, which is what an
 * element alone would have; the tensor's mean takes the place of most elements' own.
 *
 * <p>The analysis is one of small errors; it ends where an error turns a decision of ReLU or max
 * pooling round (see {@link Kinks}). So data are drawn again until no decision is in reach of the
 * amplified errors of any run, which is about twice {@value #AMPLIFICATION} deviations.
 */
final class Oracle {
  /** How many times larger than derived the errors are. */
  static final int AMPLIFICATION = 2;

  /** How many times the deviations that these errors lead to are allowed. */
  static final int FACTOR = 4;

  /** How many standard deviations of its error a value may be away. */
  static final int DEVIATIONS = FACTOR * AMPLIFICATION;

  /** How often the computation is repeated with random errors. */
  static final int RUNS = 8;

  private static final int MOST_DRAWS = 100;

  private final NetCase net;
  private final int draw;
  private final List<Expectation> expectations;

  private Oracle(NetCase net, int draw, List<Expectation> expectations) {
    this.net = net;
    this.draw = draw;
    this.expectations = List.copyOf(expectations);
  }

  /** Scores in evaluation mode. */
  static Oracle ofInference(NetCase net) {
    return of(net, NetGraph.inference(net.network(DType.FLOAT64), net.batch(), false));
  }

  /** Everything that a training step computes before its update. */
  static Oracle ofGradients(NetCase net) {
    return of(net, NetGraph.gradients(net.network(DType.FLOAT64), net.batch(), false));
  }

  private static Oracle of(NetCase net, NetGraph plain) {
    for (int draw = 0; draw < MOST_DRAWS; draw++) {
      Map<String, DoubleArray> sources = sources(net.states(draw), net.batches(draw, 1).get(0));
      List<Map<String, DoubleArray>> runs = deviatingRuns(plain.graph(), sources, net.seed(draw));
      if (!runs.isEmpty()) {
        return new Oracle(net, draw, expectations(net, draw, plain, runs));
      }
    }
    throw new IllegalStateException(
        net.name() + ": none of " + MOST_DRAWS + " draws keeps all decisions out of reach");
  }

  /** Values in double, by name. */
  @SafeVarargs
  static Map<String, DoubleArray> sources(Map<String, HostArray>... values) {
    Map<String, DoubleArray> sources = new LinkedHashMap<>();
    for (Map<String, HostArray> some : values) {
      some.forEach(
          (name, value) -> sources.put(name, new DoubleArray(value.shape(), value.toDoubles())));
    }
    return sources;
  }

  /** The deviations of each run, by name; none when a decision is in reach. */
  private static List<Map<String, DoubleArray>> deviatingRuns(
      Graph graph, Map<String, DoubleArray> sources, long seed) {
    Map<Operation, Rounding> roundings = new HashMap<>();
    HostEvaluation exact = new HostEvaluation(graph, sources, Rounding.deriving(roundings));
    Map<String, DoubleArray> center = exact.results();
    List<Map<String, DoubleArray>> runs = new ArrayList<>();
    // One run alone finds most of the decisions that are in reach.
    for (int[] some : new int[][] {{0, 1}, {1, RUNS}}) {
      List<Map<String, DoubleArray>> more =
          IntStream.range(some[0], some[1])
              .parallel()
              .mapToObj(run -> deviations(graph, sources, exact, center, roundings, seed + run))
              .toList();
      if (more.contains(Map.<String, DoubleArray>of())) {
        return List.of();
      }
      runs.addAll(more);
    }
    return runs;
  }

  private static Map<String, DoubleArray> deviations(
      Graph graph,
      Map<String, DoubleArray> sources,
      HostEvaluation exact,
      Map<String, DoubleArray> center,
      Map<Operation, Rounding> roundings,
      long seed) {
    Noise noise = new Noise(seed, AMPLIFICATION);
    HostEvaluation noisy = new HostEvaluation(graph, sources, Rounding.rounding(roundings, noise));
    if (Kinks.reached(graph, exact, noisy)) {
      return Map.of();
    }
    Map<String, DoubleArray> deviations = new LinkedHashMap<>();
    noisy
        .results()
        .forEach((name, value) -> deviations.put(name, difference(value, center.get(name))));
    return deviations;
  }

  static DoubleArray difference(DoubleArray a, DoubleArray b) {
    double[] difference = new double[a.values().length];
    for (int i = 0; i < difference.length; i++) {
      difference[i] = a.values()[i] - b.values()[i];
    }
    return new DoubleArray(a.shape(), difference);
  }

  private static List<Expectation> expectations(
      NetCase net, int draw, NetGraph plain, List<Map<String, DoubleArray>> runs) {
    try (Backend reference = new ReferenceProvider().open(BackendConfig.defaults());
        NetRun run = new NetRun(reference, plain, net.states(draw))) {
      Map<String, HostArray> values = run.run(net.batches(draw, 1).get(0), 0).results();
      return inOrder(plain.graph()).stream()
          .map(name -> expectation(name, values.get(name), runs))
          .toList();
    }
  }

  private static Expectation expectation(
      String name, HostArray value, List<Map<String, DoubleArray>> runs) {
    double[] bound = new double[value.shape().intSize()];
    for (Map<String, DoubleArray> run : runs) {
      double[] deviation = run.get(name).values();
      for (int i = 0; i < bound.length; i++) {
        bound[i] += deviation[i] * deviation[i] / runs.size();
      }
    }
    double mean = Math.sqrt(Arrays.stream(bound).average().orElse(0));
    for (int i = 0; i < bound.length; i++) {
      bound[i] = FACTOR * Math.max(mean, Math.sqrt(bound[i]));
    }
    return new Expectation(name, new DoubleArray(value.shape(), value.toDoubles()), bound);
  }

  /** Names and changed states in the order of computation, so that the first wrong one leads. */
  private static List<String> inOrder(Graph graph) {
    Map<String, Output> values = new LinkedHashMap<>(graph.named());
    for (Assignment assignment : graph.assignments()) {
      values.put(assignment.state().path(), assignment.next());
    }
    return values.keySet().stream()
        .sorted(Comparator.comparing(name -> graph.nodes().indexOf(values.get(name).node())))
        .toList();
  }

  /** The case. */
  NetCase net() {
    return net;
  }

  /** Which draw of data it is about. */
  int draw() {
    return draw;
  }

  /** What the values must be, in the order of their computation. */
  List<Expectation> expectations() {
    return expectations;
  }

  /** Compares a backend's values, of which none may be missing. */
  void check(Map<String, HostArray> got) {
    for (Expectation expectation : expectations) {
      HostArray value = got.get(expectation.name());
      if (value == null) {
        throw new AssertionError(
            net.name() + ": " + expectation.name() + " is not among " + got.keySet());
      }
      expectation.check(net.name(), value);
    }
  }
}
