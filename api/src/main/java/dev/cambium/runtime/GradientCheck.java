package dev.cambium.runtime;

import dev.cambium.graph.Gradients;
import dev.cambium.graph.Graph;
import dev.cambium.graph.GraphBuilder;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Reduce;
import dev.cambium.op.Value;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Compares the gradients of a network with central differences in double precision on the {@code
 * reference} backend: (f(x + eps) - f(x - eps)) / (2 eps), eps = 1e-6, accepted when within 1e-5 +
 * 1e-3 |gradient|.
 *
 * <p>Where ReLU or max pooling has a kink between x - eps and x + eps the two one-sided slopes
 * differ, and no central difference means anything. The check then takes smaller steps to get past
 * the kink, and at the kink itself accepts either slope.
 */
public final class GradientCheck {
  private static final double EPSILON = 1e-6;
  private static final double ABSOLUTE = 1e-5;
  private static final double RELATIVE = 1e-3;

  private final Function<GraphBuilder, Value> network;
  private final Map<String, HostArray> values;
  private final int entries;

  /**
   * What was found for one tensor.
   *
   * @param name the state or input
   * @param checked how many elements were compared
   * @param kinks how many of them lie on a kink
   * @param worst the largest |gradient - difference| over its bound; the tensor passes when it is
   *     at most 1
   * @param index the flat index of that element
   * @param gradient the gradient there, as the graph computes it
   * @param difference the central difference there
   */
  public record Result(
      String name,
      int checked,
      int kinks,
      double worst,
      int index,
      double gradient,
      double difference) {
    /** Whether every element is within its bound. */
    public boolean passed() {
      return checked > 0 && worst <= 1;
    }
  }

  /**
   * A check of {@code network}.
   *
   * @param network records the network in FLOAT64 and gives its result; one that is not a scalar is
   *     multiplied by random numbers and summed
   * @param values a FLOAT64 value for each floating state and input (these are checked), and any
   *     for the others (labels, {@code rng})
   * @param entries how many elements of each tensor to check, drawn at random; all where it has no
   *     more
   */
  public GradientCheck(
      Function<GraphBuilder, Value> network, Map<String, HostArray> values, int entries) {
    if (entries < 1) {
      throw new IllegalArgumentException("entries must be at least 1, got " + entries);
    }
    this.network = network;
    this.values = new LinkedHashMap<>(values);
    this.entries = entries;
  }

  /**
   * Runs the check.
   *
   * @return a result for each floating state or input on which the network's result depends
   * @throws IllegalArgumentException when a value is missing, or nothing can be checked
   */
  public List<Result> run() {
    GraphBuilder builder = new GraphBuilder();
    Value loss = scalar(builder, network.apply(builder));
    builder.name("loss", loss);
    Graph forward = builder.build().withoutAssignments();
    List<Value> sources = sources(forward);
    List<String> names = new ArrayList<>();
    List<Optional<Value>> gradients = Gradients.of(builder, loss, sources);
    for (int i = 0; i < sources.size(); i++) {
      if (gradients.get(i).isPresent()) {
        String name = name(sources.get(i));
        names.add(name);
        builder.name("gradient of " + name, gradients.get(i).get());
      }
    }
    if (names.isEmpty()) {
      throw new IllegalArgumentException(
          "the network's result depends on no FLOAT64 state or input");
    }
    return compare(forward.fetching(List.of("loss")), builder.build().withoutAssignments(), names);
  }

  private static Value scalar(GraphBuilder builder, Value result) {
    if (result.shape().rank() == 0) {
      return result;
    }
    Value weights = builder.input("gradient check weights", result.tensorType());
    Value product = builder.emit(new BinaryMath(BinaryMath.Function.MULTIPLY), result, weights);
    List<Integer> axes = IntStream.range(0, result.shape().rank()).boxed().toList();
    return builder.emit(new Reduce(Reduce.Function.SUM, axes, false), product);
  }

  private static List<Value> sources(Graph graph) {
    List<Value> sources = new ArrayList<>();
    graph.states().forEach(state -> sources.add(state.output(0)));
    graph.inputs().forEach(input -> sources.add(input.output(0)));
    sources.removeIf(
        value ->
            value.tensorType().dtype() != DType.FLOAT64
                || name(value).equals("gradient check weights"));
    return sources;
  }

  private static String name(Value source) {
    return ((dev.cambium.graph.Node.Output) source).node().path();
  }

  private List<Result> compare(Graph forward, Graph backward, List<String> names) {
    try (Backend backend = new ReferenceProvider().open(BackendConfig.defaults());
        ParameterStore store = new ParameterStore(backend);
        BufferPool pool = new BufferPool(backend)) {
      backward
          .states()
          .forEach(s -> store.create(s.path(), value(s.path(), s.output(0).tensorType())));
      List<String> fetched = names.stream().map(name -> "gradient of " + name).toList();
      Map<String, double[]> gradients = new LinkedHashMap<>();
      try (Plan plan = Plan.of(backward.fetching(fetched), store, pool)) {
        plan.inputs().forEach(name -> plan.bind(name, input(backward, name)));
        plan.run();
        names.forEach(name -> gradients.put(name, plan.fetch("gradient of " + name).toDoubles()));
      }
      try (Plan plan = Plan.of(forward, store, pool)) {
        plan.inputs().forEach(name -> plan.bind(name, input(forward, name)));
        return names.stream().map(name -> compare(plan, store, name, gradients.get(name))).toList();
      }
    }
  }

  private HostArray input(Graph graph, String name) {
    TensorType type =
        graph.inputs().stream()
            .filter(i -> i.path().equals(name))
            .findFirst()
            .orElseThrow()
            .output(0)
            .tensorType();
    return value(name, type);
  }

  private HostArray value(String name, TensorType type) {
    HostArray value = values.get(name);
    if (value == null && name.equals("gradient check weights")) {
      RandomStream random = new RandomStream(1, name);
      double[] weights = new double[type.shape().intSize()];
      java.util.Arrays.setAll(weights, i -> random.nextUniform(-1, 1));
      return HostArray.of(type, weights);
    }
    if (value == null || !value.type().equals(type)) {
      throw new IllegalArgumentException(
          "the network reads '"
              + name
              + "' of type "
              + type
              + ", got "
              + (value == null ? "no value" : value.type())
              + "; the values given are "
              + values.keySet());
    }
    return value;
  }

  private Result compare(Plan plan, ParameterStore store, String name, double[] gradient) {
    HostArray value = values.get(name).copy();
    Probe probe =
        delta -> {
          double before = value.get(delta.index());
          value.set(delta.index(), before + delta.step());
          if (store.contains(name)) {
            store.set(name, value);
          } else {
            plan.bind(name, value);
          }
          plan.run();
          value.set(delta.index(), before);
          return plan.fetch("loss").scalar();
        };
    Result worst = new Result(name, 0, 0, -1, -1, 0, 0);
    int kinks = 0;
    int[] chosen = choose(name, gradient.length);
    for (int index : chosen) {
      Comparison c = compare(probe, index, gradient[index]);
      kinks += c.kink() ? 1 : 0;
      double error = Double.isNaN(c.error()) ? Double.POSITIVE_INFINITY : c.error();
      if (error > worst.worst()) {
        worst = new Result(name, 0, 0, error, index, gradient[index], c.difference());
      }
    }
    probe.at(new Delta(0, 0));
    return new Result(
        name,
        chosen.length,
        kinks,
        worst.worst(),
        worst.index(),
        worst.gradient(),
        worst.difference());
  }

  private record Delta(int index, double step) {}

  private record Comparison(double error, double difference, boolean kink) {}

  @FunctionalInterface
  private interface Probe {
    double at(Delta delta);
  }

  private static Comparison compare(Probe probe, int index, double gradient) {
    double centre = probe.at(new Delta(index, 0));
    Comparison first = null;
    for (double epsilon = EPSILON; epsilon > EPSILON / 5000; epsilon /= 10) {
      double above = (probe.at(new Delta(index, epsilon)) - centre) / epsilon;
      double below = (centre - probe.at(new Delta(index, -epsilon))) / epsilon;
      double central = (above + below) / 2;
      Comparison smooth = new Comparison(error(gradient, central), central, false);
      first = first == null ? smooth : first;
      if (smooth.error() <= 1) {
        return smooth;
      }
      if (error(above, below) <= 1) {
        return first;
      }
      double oneSided = Math.min(error(gradient, above), error(gradient, below));
      if (oneSided <= 1) {
        return new Comparison(oneSided, central, true);
      }
    }
    return first;
  }

  private static double error(double gradient, double difference) {
    return Math.abs(gradient - difference)
        / (ABSOLUTE + RELATIVE * Math.max(Math.abs(gradient), Math.abs(difference)));
  }

  private int[] choose(String name, int size) {
    int[] all = IntStream.range(0, size).toArray();
    if (size > entries) {
      new RandomStream(1, "gradient check of " + name).shuffle(all);
      return java.util.Arrays.copyOf(all, entries);
    }
    return all;
  }
}
