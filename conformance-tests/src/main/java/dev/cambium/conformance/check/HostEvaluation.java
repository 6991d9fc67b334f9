package dev.cambium.conformance.check;

import dev.cambium.graph.Assignment;
import dev.cambium.graph.Graph;
import dev.cambium.graph.Node;
import dev.cambium.graph.Node.Operation;
import dev.cambium.graph.Node.Output;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A graph computed on the host in double, value by value, without plan or backend. */
public final class HostEvaluation {
  /** How one operation is computed. */
  @FunctionalInterface
  public interface Rule {
    /** Fills the outputs, which hold zeros. */
    void compute(Operation operation, List<DoubleArray> inputs, List<DoubleArray> outputs);
  }

  /** Every operation by its host function. */
  public static final Rule EXACT =
      (operation, inputs, outputs) -> operation.op().host().orElseThrow().apply(inputs, outputs);

  private final Graph graph;
  private final Map<Output, DoubleArray> values = new HashMap<>();

  /**
   * Computes everything.
   *
   * @param graph what to compute
   * @param sources the values of its states and inputs, by name
   * @param rule how
   */
  public HostEvaluation(Graph graph, Map<String, DoubleArray> sources, Rule rule) {
    this.graph = graph;
    for (Node node : graph.nodes()) {
      if (node instanceof Operation operation) {
        List<DoubleArray> outputs = new ArrayList<>();
        for (Output output : operation.outputs()) {
          outputs.add(zeros(output.type()));
          values.put(output, outputs.get(outputs.size() - 1));
        }
        rule.compute(operation, inputs(operation), outputs);
      } else {
        values.put(node.output(0), source(sources, node.path()));
      }
    }
  }

  private static DoubleArray zeros(ValueType type) {
    return type instanceof TensorType tensor ? DoubleArray.zeros(tensor.shape()) : DoubleArray.NONE;
  }

  private static DoubleArray source(Map<String, DoubleArray> sources, String name) {
    DoubleArray value = sources.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "sources must have a value for '" + name + "', got " + sources.keySet());
    }
    return value;
  }

  /** What an operation was computed from. */
  public List<DoubleArray> inputs(Operation operation) {
    return operation.inputs().stream().map(values::get).toList();
  }

  /** What an operation gave. */
  public List<DoubleArray> outputs(Operation operation) {
    return operation.outputs().stream().map(values::get).toList();
  }

  /** The values with a name, and the states after the run by theirs. */
  public Map<String, DoubleArray> results() {
    Map<String, DoubleArray> results = new LinkedHashMap<>();
    graph.named().forEach((name, value) -> results.put(name, values.get(value)));
    results.putAll(changedStates());
    return results;
  }

  /** The states that the run changes, with their new values. */
  public Map<String, DoubleArray> changedStates() {
    Map<String, DoubleArray> states = new LinkedHashMap<>();
    for (Assignment assignment : graph.assignments()) {
      states.put(assignment.state().path(), values.get(assignment.next()));
    }
    return states;
  }
}
