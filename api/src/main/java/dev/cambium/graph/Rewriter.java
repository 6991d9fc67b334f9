package dev.cambium.graph;

import dev.cambium.graph.Node.Input;
import dev.cambium.graph.Node.Operation;
import dev.cambium.graph.Node.Output;
import dev.cambium.graph.Node.State;
import dev.cambium.op.Op;
import dev.cambium.op.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Copies a graph node by node and lets a pass put something else in the place of an operation. What
 * an original value became is asked with {@link #now}; a value that was replaced by a fused one,
 * and is still asked for, is computed beside it.
 */
final class Rewriter {
  /** Puts something else in the place of an operation. */
  @FunctionalInterface
  interface Rule {
    /**
     * Emits a replacement and maps its values by {@link Rewriter#map}; false leaves the operation
     * as it is.
     */
    boolean rewrite(Operation operation, Rewriter rewriter);
  }

  private final Graph original;
  private final GraphBuilder builder = new GraphBuilder();
  private final Map<Output, Value> values = new HashMap<>();
  private final Map<Output, List<Operation>> consumers = new HashMap<>();

  private Rewriter(Graph original) {
    this.original = original;
    for (Operation operation : original.operations()) {
      for (Output input : operation.inputs()) {
        consumers.computeIfAbsent(input, key -> new ArrayList<>()).add(operation);
      }
    }
  }

  static Graph rewrite(Graph graph, Rule rule) {
    Rewriter rewriter = new Rewriter(graph);
    graph.nodes().forEach(rewriter::copySource);
    graph.operations().forEach(operation -> rewriter.copy(operation, rule));
    rewriter.finish();
    return rewriter.builder.build();
  }

  private void copySource(Node node) {
    Output value = node.output(0);
    if (node instanceof Input) {
      values.put(value, builder.input(node.path(), value.tensorType()));
    } else if (node instanceof State) {
      values.put(value, builder.state(node.path(), value.tensorType()));
    }
  }

  private void copy(Operation operation, Rule rule) {
    if (values.keySet().containsAll(operation.outputs())) {
      return;
    }
    boolean replaced = builder.at(operation.path(), () -> rule.rewrite(operation, this));
    if (!replaced) {
      keep(operation);
    }
  }

  private void keep(Operation operation) {
    List<Value> results =
        builder.at(operation.path(), () -> builder.emit(operation.op(), now(operation.inputs())));
    for (int i = 0; i < results.size(); i++) {
      values.putIfAbsent(operation.output(i), results.get(i));
    }
  }

  private void finish() {
    original.named().forEach((name, value) -> builder.name(name, needed(value)));
    for (Assignment assignment : original.assignments()) {
      builder.assign(now(assignment.state().output(0)), needed(assignment.next()));
    }
  }

  private Value needed(Output value) {
    if (!values.containsKey(value) && value.node() instanceof Operation operation) {
      keep(operation);
    }
    return values.get(value);
  }

  /** The operations that read {@code value}. */
  List<Operation> consumers(Output value) {
    return consumers.getOrDefault(value, List.of());
  }

  /** What became of {@code value}. */
  Value now(Output value) {
    return values.get(value);
  }

  /** What became of all of {@code outputs}. */
  List<Value> now(List<Output> outputs) {
    return outputs.stream().map(this::now).toList();
  }

  /** Emits into the new graph, at the path of the operation that is being rewritten. */
  List<Value> emit(Op op, List<Value> inputs) {
    return builder.emit(op, inputs);
  }

  /** The new graph. */
  GraphBuilder builder() {
    return builder;
  }

  /** Lets {@code replacement} take the place of {@code value}. */
  void map(Output value, Value replacement) {
    values.put(value, replacement);
  }
}
