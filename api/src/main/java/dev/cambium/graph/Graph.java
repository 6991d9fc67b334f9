package dev.cambium.graph;

import dev.cambium.graph.Node.Input;
import dev.cambium.graph.Node.Operation;
import dev.cambium.graph.Node.Output;
import dev.cambium.graph.Node.State;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An immutable computation: nodes in an order in which each comes after those that it reads, values
 * that can be fetched by name, and what becomes of the states.
 */
public final class Graph {
  private final List<Node> nodes;
  private final Map<String, Output> named;
  private final List<Assignment> assignments;

  Graph(List<Node> nodes, Map<String, Output> named, List<Assignment> assignments) {
    this.nodes = List.copyOf(nodes);
    this.named = Collections.unmodifiableMap(new LinkedHashMap<>(named));
    this.assignments = List.copyOf(assignments);
  }

  /** All nodes, in an order in which they can run. */
  public List<Node> nodes() {
    return nodes;
  }

  /** The operations, in an order in which they can run. */
  public List<Operation> operations() {
    return nodes.stream().filter(Operation.class::isInstance).map(Operation.class::cast).toList();
  }

  /** The values that are bound at each run. */
  public List<Input> inputs() {
    return nodes.stream().filter(Input.class::isInstance).map(Input.class::cast).toList();
  }

  /** The states. */
  public List<State> states() {
    return nodes.stream().filter(State.class::isInstance).map(State.class::cast).toList();
  }

  /** The values with a name, in the order in which they were named. */
  public Map<String, Output> named() {
    return named;
  }

  /**
   * The value of that name.
   *
   * @throws IllegalArgumentException when there is none; the message lists the names
   */
  public Output named(String name) {
    Output value = named.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "there is no value named '" + name + "'; the names are " + named.keySet());
    }
    return value;
  }

  /** What becomes of the states at the end of a run. */
  public List<Assignment> assignments() {
    return assignments;
  }

  /** This graph without what contributes neither to one of the given names nor to an assignment. */
  public Graph fetching(Collection<String> names) {
    Map<String, Output> kept = new LinkedHashMap<>();
    for (String name : names) {
      kept.put(name, named(name));
    }
    Set<Node> live = new HashSet<>();
    kept.values().forEach(value -> live.add(value.node()));
    for (Assignment assignment : assignments) {
      live.add(assignment.state());
      live.add(assignment.next().node());
    }
    List<Node> result = new ArrayList<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      if (live.contains(node)) {
        result.add(node);
        if (node instanceof Operation operation) {
          operation.inputs().forEach(input -> live.add(input.node()));
        }
      }
    }
    Collections.reverse(result);
    return new Graph(result, kept, assignments);
  }

  /** This graph without its assignments: a run changes no state. */
  public Graph withoutAssignments() {
    return new Graph(nodes, named, List.of());
  }

  /** This graph after {@code passes}, one after the other. */
  public Graph rewritten(Pass... passes) {
    Graph graph = this;
    for (Pass pass : passes) {
      graph = pass.apply(graph);
    }
    return graph;
  }
}
