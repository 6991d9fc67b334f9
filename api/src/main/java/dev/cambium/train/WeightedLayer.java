package dev.cambium.train;

import dev.cambium.graph.Graph;
import dev.cambium.graph.Node;
import dev.cambium.graph.Node.Operation;
import dev.cambium.graph.Node.Output;
import dev.cambium.nn.StateSpec;
import dev.cambium.op.Convolution;
import dev.cambium.op.Linear;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A linear map of a network with the states that make it: a fully connected layer or a convolution,
 * whose weight may be computed from what is trained, as centred weight normalisation does.
 *
 * @param weight the trained matrix or filters, [O, ...]
 * @param scale the state whose entries for an output multiply it: the weight itself, or the gain
 *     [O] of a normalised weight, whose own length does not count
 * @param bias what is added to each output, [O]; empty where there is none
 * @param operation the linear map, before any activation
 */
record WeightedLayer(
    StateSpec weight, StateSpec scale, Optional<StateSpec> bias, Operation operation) {
  /** The name of the weight, {@code features.0.weight}. */
  String name() {
    return weight.name();
  }

  /** What the map takes, [N, ...]. */
  Output input() {
    return operation.inputs().get(0);
  }

  /** What it gives, [N, O, ...]. */
  Output output() {
    return operation.output(0);
  }

  /** O. */
  int outputs() {
    return weight.type().shape().dim(0);
  }

  /** The number of weights that one output has. */
  int inputs() {
    return Math.toIntExact(weight.type().shape().size(1, weight.type().shape().rank()));
  }

  /**
   * The linear maps of a network in the order of the forward pass. A weight that is used twice
   * counts where it is used first; a use of the weight itself comes before one of something that is
   * computed from it, such as the squares in the variance of {@code DropConnect}.
   *
   * @param graph the network without fused activations
   * @param states the network's states by name
   */
  static List<WeightedLayer> of(Graph graph, Map<String, StateSpec> states) {
    Map<String, WeightedLayer> layers = new LinkedHashMap<>();
    for (Operation operation : graph.operations()) {
      if (operation.op() instanceof Convolution || operation.op() instanceof Linear) {
        of(operation, states)
            .ifPresent(
                layer ->
                    layers.merge(
                        layer.name(),
                        layer,
                        (first, later) ->
                            first.takesWeight() || !later.takesWeight() ? first : later));
      }
    }
    return List.copyOf(layers.values());
  }

  /** Whether the map takes the weight itself, nothing that is computed from it. */
  private boolean takesWeight() {
    return operation.inputs().get(1).node() instanceof Node.State;
  }

  private static Optional<WeightedLayer> of(Operation operation, Map<String, StateSpec> states) {
    Map<String, StateSpec> sources = sources(operation.inputs().get(1), states);
    List<StateSpec> weights = sources.values().stream().filter(StateSpec::isWeight).toList();
    if (weights.size() != 1) {
      return Optional.empty();
    }
    StateSpec weight = weights.get(0);
    StateSpec scale = sources.getOrDefault(sibling(weight.name(), "gain"), weight);
    Optional<StateSpec> bias =
        operation.inputs().size() > 2
            ? Optional.ofNullable(states.get(operation.inputs().get(2).node().path()))
            : Optional.empty();
    return Optional.of(new WeightedLayer(weight, scale, bias, operation));
  }

  /** The states from which {@code value} is computed, by name. */
  private static Map<String, StateSpec> sources(Output value, Map<String, StateSpec> states) {
    Map<String, StateSpec> sources = new LinkedHashMap<>();
    Set<Node> visited = new HashSet<>();
    Deque<Node> open = new ArrayDeque<>(List.of(value.node()));
    while (!open.isEmpty()) {
      Node node = open.pop();
      if (!visited.add(node)) {
        continue;
      }
      if (node instanceof Node.State state && states.containsKey(state.path())) {
        sources.put(state.path(), states.get(state.path()));
      } else if (node instanceof Operation operation) {
        operation.inputs().forEach(input -> open.push(input.node()));
      }
    }
    return sources;
  }

  private static String sibling(String name, String other) {
    return name.substring(0, name.lastIndexOf('.') + 1) + other;
  }
}
