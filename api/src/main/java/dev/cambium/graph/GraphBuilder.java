package dev.cambium.graph;

import dev.cambium.graph.Node.Input;
import dev.cambium.graph.Node.Operation;
import dev.cambium.graph.Node.Output;
import dev.cambium.graph.Node.State;
import dev.cambium.op.Emitter;
import dev.cambium.op.Op;
import dev.cambium.op.Value;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Records operations as a {@link Graph}. Types are inferred, and errors raised, at once; a message
 * is preceded by the path of the layer. The same operation on the same values is recorded once. Not
 * safe for concurrent use.
 */
public final class GraphBuilder implements Emitter {
  private record Application(Op op, List<Output> inputs) {}

  private final Set<Node> nodes = new LinkedHashSet<>();
  private final Map<String, Input> inputs = new LinkedHashMap<>();
  private final Map<String, State> states = new LinkedHashMap<>();
  private final Map<Application, Operation> operations = new HashMap<>();
  private final Map<String, Output> named = new LinkedHashMap<>();
  private final Map<State, Output> assignments = new LinkedHashMap<>();
  private String path = "";

  /** An empty graph. */
  public GraphBuilder() {}

  /**
   * Continues {@code graph}: its nodes, names and assignments are kept, its values can be used
   * here.
   */
  public static GraphBuilder of(Graph graph) {
    GraphBuilder builder = new GraphBuilder();
    for (Node node : graph.nodes()) {
      builder.nodes.add(node);
      if (node instanceof Input input) {
        builder.inputs.put(input.path(), input);
      } else if (node instanceof State state) {
        builder.states.put(state.path(), state);
      } else if (node instanceof Operation operation) {
        builder.operations.put(new Application(operation.op(), operation.inputs()), operation);
      }
    }
    builder.named.putAll(graph.named());
    graph.assignments().forEach(a -> builder.assignments.put(a.state(), a.next()));
    return builder;
  }

  /** A value that is bound at each run; the same name gives the same value. */
  public Output input(String name, TensorType type) {
    Input input = inputs.get(name);
    if (input == null) {
      input = new Input(name, type);
      inputs.put(name, input);
      nodes.add(input);
    }
    return sameType("input", name, input, type);
  }

  /** A value that lives from run to run; the same name gives the same value. */
  public Output state(String name, TensorType type) {
    State state = states.get(name);
    if (state == null) {
      state = new State(name, type);
      states.put(name, state);
      nodes.add(state);
    }
    return sameType("state", name, state, type);
  }

  private Output sameType(String what, String name, Node node, TensorType type) {
    if (!node.output(0).type().equals(type)) {
      throw new IllegalArgumentException(
          prefix() + what + " '" + name + "' has type " + node.output(0).type() + ", got " + type);
    }
    return node.output(0);
  }

  /** Lets {@code state} become {@code next} at the end of a run. */
  public void assign(Value state, Value next) {
    if (!(own(state).node() instanceof State target)) {
      throw new IllegalArgumentException(prefix() + "only a state can be assigned, got " + state);
    }
    if (!state.type().equals(next.type())) {
      throw new IllegalArgumentException(
          prefix()
              + "state '"
              + target.path()
              + "' of type "
              + state.type()
              + " cannot become "
              + next.type());
    }
    if (assignments.putIfAbsent(target, own(next)) != null) {
      throw new IllegalArgumentException(
          prefix() + "state '" + target.path() + "' is assigned twice");
    }
  }

  /** Gives {@code value} a name by which it can be fetched. */
  public void name(String name, Value value) {
    Output previous = named.putIfAbsent(Objects.requireNonNull(name, "name"), own(value));
    if (previous != null && previous != value) {
      throw new IllegalArgumentException(prefix() + "two values are named '" + name + "'");
    }
  }

  @Override
  public List<Value> emit(Op op, List<Value> arguments) {
    List<Output> values = new ArrayList<>(arguments.size());
    for (Value argument : arguments) {
      values.add(own(argument));
    }
    Operation operation = operations.get(new Application(op, values));
    if (operation == null) {
      operation = record(op, values);
    }
    return List.copyOf(operation.outputs());
  }

  private Operation record(Op op, List<Output> values) {
    Operation operation;
    try {
      operation =
          new Operation(path, op, values, op.infer(values.stream().map(Output::type).toList()));
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      throw path.isEmpty() || message.startsWith(prefix())
          ? e
          : new IllegalArgumentException(prefix() + message, e);
    }
    nodes.add(operation);
    operations.put(new Application(op, values), operation);
    return operation;
  }

  private Output own(Value value) {
    if (value instanceof Output output && nodes.contains(output.node())) {
      return output;
    }
    throw new IllegalArgumentException(
        prefix()
            + "a value of this graph was expected, got "
            + value
            + (value instanceof Output ? " of another graph" : "")
            + "; use what this builder gave");
  }

  /** Runs {@code body} with {@code name} put behind the path of everything that it records. */
  public <T> T scope(String name, Supplier<T> body) {
    return at(path.isEmpty() ? name : path + "." + name, body);
  }

  /** Runs {@code body} with the path of everything that it records replaced by {@code whole}. */
  public <T> T at(String whole, Supplier<T> body) {
    String before = path;
    path = whole;
    try {
      return body.get();
    } finally {
      path = before;
    }
  }

  /** The current path, empty at the root. */
  public String path() {
    return path;
  }

  private String prefix() {
    return path.isEmpty() ? "" : path + ": ";
  }

  /** The operations recorded so far. */
  List<Operation> recorded() {
    return nodes.stream().filter(Operation.class::isInstance).map(Operation.class::cast).toList();
  }

  /** What was recorded so far, whole; {@link Graph#fetching} cuts it down to what is wanted. */
  public Graph build() {
    List<Assignment> all = new ArrayList<>();
    assignments.forEach((state, next) -> all.add(new Assignment(state, next)));
    return new Graph(List.copyOf(nodes), named, all);
  }
}
