package dev.cambium.conformance.net;

import dev.cambium.conformance.check.BackendUnderTest;
import dev.cambium.nn.Description;
import dev.cambium.nn.Network;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.op.Value;
import dev.cambium.runtime.GradientCheck;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The gradient of a network's loss by every parameter, beside central differences in double. */
final class NetGradients {
  private static final CrossEntropy CROSS_ENTROPY = CrossEntropy.ofLabels();

  private final NetCase net;
  private final int entries;

  /**
   * A check of some elements of each parameter.
   *
   * @param entries how many of each
   */
  NetGradients(NetCase net, int entries) {
    this.net = net;
    this.entries = entries;
  }

  /** The network. */
  String name() {
    return net.name();
  }

  /** Compares; the backend has no part in it. */
  void check(BackendUnderTest backend) {
    Network network = net.network(DType.FLOAT64);
    Shape input = batch(net.sample());
    List<GradientCheck.Result> results =
        new GradientCheck(
                graph -> {
                  Description description = network.describe(graph, input, true);
                  Value scores = description.output();
                  Value targets =
                      graph.input(NetGraph.TARGETS, CROSS_ENTROPY.targets(scores.tensorType()));
                  return CROSS_ENTROPY.describe(description.context(), scores, targets);
                },
                values(),
                entries)
            .run();
    Set<String> missing = new TreeSet<>();
    network.states().values().stream()
        .filter(state -> state.trainable())
        .forEach(state -> missing.add(state.name()));
    for (GradientCheck.Result result : results) {
      missing.remove(result.name());
      require(result);
    }
    if (!missing.isEmpty()) {
      throw new AssertionError(net.name() + ": no gradient reaches " + missing);
    }
  }

  private void require(GradientCheck.Result result) {
    if (!result.passed()) {
      throw new AssertionError(
          String.format(
              Locale.ROOT,
              "%s: gradient of %s[%d] expected %.9g as by central differences, got %.9g",
              net.name(),
              result.name(),
              result.index(),
              result.difference(),
              result.gradient()));
    }
  }

  private Shape batch(Shape sample) {
    List<Integer> dimensions = new ArrayList<>(List.of(net.batch()));
    for (int dimension : sample.toArray()) {
      dimensions.add(dimension);
    }
    return Shape.of(dimensions);
  }

  private Map<String, HostArray> values() {
    Map<String, HostArray> values = new LinkedHashMap<>();
    Map<String, HostArray> drawn = new LinkedHashMap<>(net.states(0));
    drawn.putAll(net.batches(0, 1).get(0));
    drawn.forEach(
        (name, value) ->
            values.put(
                name,
                value.dtype().isFloating()
                    ? HostArray.of(new TensorType(DType.FLOAT64, value.shape()), value.toDoubles())
                    : value));
    return values;
  }
}
