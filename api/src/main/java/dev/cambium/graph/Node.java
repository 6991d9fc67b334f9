package dev.cambium.graph;

import dev.cambium.op.Op;
import dev.cambium.op.Value;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;

/**
 * A node of a {@link Graph}: something bound at each run, a state that lives from run to run, or an
 * operation. Compared by identity.
 */
public abstract sealed class Node {
  private final String path;
  private final List<Output> outputs;

  private Node(String path, List<? extends ValueType> types) {
    this.path = path;
    List<Output> made = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      made.add(new Output(this, i, types.get(i)));
    }
    this.outputs = List.copyOf(made);
  }

  /**
   * Where in the model the node belongs, for example {@code features.0}; for inputs and states
   * their name.
   */
  public String path() {
    return path;
  }

  /** What the node gives. */
  public List<Output> outputs() {
    return outputs;
  }

  /** Output {@code index}. */
  public Output output(int index) {
    return outputs.get(index);
  }

  /** A value that is bound anew at each run. */
  public static final class Input extends Node {
    Input(String name, TensorType type) {
      super(name, List.of(type));
    }
  }

  /** A value that lives from run to run in a parameter store. */
  public static final class State extends Node {
    State(String name, TensorType type) {
      super(name, List.of(type));
    }
  }

  /** An operation on other values. */
  public static final class Operation extends Node {
    private final Op op;
    private final List<Output> inputs;

    Operation(String path, Op op, List<Output> inputs, List<ValueType> types) {
      super(path, types);
      this.op = op;
      this.inputs = List.copyOf(inputs);
    }

    /** What is computed. */
    public Op op() {
      return op;
    }

    /** What it is computed from. */
    public List<Output> inputs() {
      return inputs;
    }

    /** The operation and its layer, for example {@code Convolution (features.0)}. */
    public String label() {
      return path().isEmpty() ? op.name() : op.name() + " (" + path() + ")";
    }
  }

  /** One of the values that a node gives. */
  public static final class Output implements Value {
    private final Node node;
    private final int index;
    private final ValueType type;

    private Output(Node node, int index, ValueType type) {
      this.node = node;
      this.index = index;
      this.type = type;
    }

    /** The node that gives it. */
    public Node node() {
      return node;
    }

    /** Which of the node's outputs it is. */
    public int index() {
      return index;
    }

    @Override
    public ValueType type() {
      return type;
    }

    @Override
    public String toString() {
      return node.path() + ":" + index + " " + type;
    }
  }
}
