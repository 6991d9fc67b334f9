package dev.cambium.nn;

import dev.cambium.graph.GraphBuilder;
import dev.cambium.nn.init.Constant;
import dev.cambium.nn.init.Fans;
import dev.cambium.nn.init.Initializer;
import dev.cambium.op.Emitter;
import dev.cambium.op.Op;
import dev.cambium.op.Value;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a layer needs while it describes itself: the graph, the mode, and the names of its states.
 * One context serves one description; it is not safe for concurrent use.
 *
 * <p>States are named by the path of scopes in which they are declared. Declaring the same path
 * again gives the same state: that is how two calls of one child share their parameters.
 */
public final class LayerContext implements Emitter {
  private final GraphBuilder graph;
  private final DType dtype;
  private final Mode mode;
  private final Map<String, StateSpec> known;
  private final Map<String, StateSpec> states = new LinkedHashMap<>();
  private final Map<String, Value> values = new LinkedHashMap<>();
  private final DescriptionTrace trace = new DescriptionTrace();
  private final Set<String> named = new HashSet<>();
  private Value rng;

  /**
   * The context of a first description, which fixes the states.
   *
   * @param graph where to describe
   * @param dtype the element type of parameters, FLOAT32 or FLOAT64
   * @param training whether the graph is for training: dropout drops, batch normalisation uses the
   *     batch
   */
  public LayerContext(GraphBuilder graph, DType dtype, boolean training) {
    this(graph, dtype, Mode.of(training), Map.of());
  }

  /**
   * The context of a further description of a network whose states are known.
   *
   * @param graph where to describe
   * @param dtype the element type of parameters, FLOAT32 or FLOAT64
   * @param training whether the graph is for training
   * @param known the states of the first description by name; empty when this is the first
   */
  public LayerContext(
      GraphBuilder graph, DType dtype, boolean training, Map<String, StateSpec> known) {
    this(graph, dtype, Mode.of(training), known);
  }

  /**
   * The context of a description in any mode.
   *
   * @param graph where to describe
   * @param dtype the element type of parameters, FLOAT32 or FLOAT64
   * @param mode what the graph is for
   * @param known the states of the first description by name; empty when this is the first
   */
  public LayerContext(GraphBuilder graph, DType dtype, Mode mode, Map<String, StateSpec> known) {
    this.graph = Objects.requireNonNull(graph, "graph");
    this.dtype = Objects.requireNonNull(dtype, "dtype");
    this.mode = Objects.requireNonNull(mode, "mode");
    this.known = Map.copyOf(known);
    if (!dtype.isFloating()) {
      throw new IllegalArgumentException(
          "dtype of a LayerContext must be FLOAT32 or FLOAT64, got " + dtype);
    }
  }

  /** The graph that is being built. */
  public GraphBuilder graph() {
    return graph;
  }

  /** The element type of parameters. */
  public DType dtype() {
    return dtype;
  }

  /** Whether the graph is for training: batch normalisation uses the batch. */
  public boolean training() {
    return mode == Mode.TRAINING;
  }

  /**
   * Whether random layers draw: in training, and in evaluation where predictions are averaged over
   * the noise.
   */
  public boolean sampling() {
    return mode != Mode.EVALUATION;
  }

  /** The path of the layer that is being described, {@code features.0}; empty at the root. */
  public String path() {
    return graph.path();
  }

  /**
   * The position of the random numbers of this step: INT32 [4] = (seed low, seed high, step low,
   * step high), an input of the graph named {@code rng}, there once somebody asks.
   */
  public Value rng() {
    if (rng == null) {
      rng = graph.input("rng", TensorType.of(DType.INT32, 4));
    }
    return rng;
  }

  @Override
  public List<Value> emit(Op op, List<Value> inputs) {
    List<Value> outputs = graph.emit(op, inputs);
    trace.operation(op, inputs, outputs);
    return outputs;
  }

  /**
   * A trainable state of the current layer, whose fans follow from its shape.
   *
   * @param name its name within the layer, {@code weight}
   * @param shape its dimensions
   * @param initializer what gives the first values
   */
  public Value parameter(String name, Shape shape, Initializer initializer) {
    return parameter(name, shape, Fans.of(shape), initializer);
  }

  /**
   * A trainable state of the current layer.
   *
   * @param name its name within the layer, {@code weight}
   * @param shape its dimensions
   * @param fans inputs and outputs per weight
   * @param initializer what gives the first values
   * @throws IllegalArgumentException when the first description declared another shape
   */
  public Value parameter(String name, Shape shape, Fans fans, Initializer initializer) {
    return declare(
        new StateSpec(
            qualified(name),
            new TensorType(dtype, shape),
            initializer,
            fans,
            StateSpec.Role.PARAMETER));
  }

  /**
   * A state that is saved with the model but not trained, such as {@code running_mean}.
   *
   * @param name its name within the layer
   * @param type element type and shape
   * @param initial every element at the beginning
   */
  public Value buffer(String name, TensorType type, double initial) {
    return declare(
        new StateSpec(
            qualified(name),
            type,
            new Constant(initial),
            Fans.of(type.shape()),
            StateSpec.Role.BUFFER));
  }

  /**
   * Numbers that the configuration gives and nothing changes, such as class weights; not saved.
   *
   * @param name its name within the layer
   * @param type element type and shape
   * @param values what gives the numbers
   */
  public Value constant(String name, TensorType type, Initializer values) {
    return declare(
        new StateSpec(
            qualified(name), type, values, Fans.of(type.shape()), StateSpec.Role.CONSTANT));
  }

  private Value declare(StateSpec spec) {
    StateSpec before = states.containsKey(spec.name()) ? states.get(spec.name()) : known(spec);
    if (before != null && !before.type().equals(spec.type())) {
      throw error(
          "state "
              + spec.name()
              + " is "
              + before.type()
              + " as first described, now "
              + spec.type()
              + " is asked for; feed inputs of the size of the first, or build a new network");
    }
    if (!states.containsKey(spec.name())) {
      states.put(spec.name(), spec);
      values.put(spec.name(), graph.state(spec.name(), spec.type()));
      trace.state(spec);
    }
    return values.get(spec.name());
  }

  private StateSpec known(StateSpec spec) {
    if (!known.isEmpty() && !known.containsKey(spec.name()) && !isConstant(spec)) {
      throw error(
          "state "
              + spec.name()
              + " was not there at the first description; declare the same states in training and"
              + " in evaluation");
    }
    return known.get(spec.name());
  }

  private static boolean isConstant(StateSpec spec) {
    return spec.role() == StateSpec.Role.CONSTANT;
  }

  /**
   * The type that the state {@code name} of the current layer has already, from this or the first
   * description; empty at a first description. For messages about inputs that do not fit it.
   */
  public Optional<TensorType> known(String name) {
    String path = qualified(name);
    return Optional.ofNullable(states.getOrDefault(path, known.get(path))).map(StateSpec::type);
  }

  /**
   * Describes {@code layer} in the scope {@code name}. Its output can be fetched under its path and
   * {@code output}: {@code features.0.output}.
   *
   * @throws IllegalArgumentException when the input does not fit the layer; the message begins with
   *     its path
   */
  public Value child(String name, Layer layer, Value input) {
    return graph.scope(
        name,
        () -> {
          try {
            Value output = describe(layer, input);
            nameOutput(output);
            return output;
          } catch (IllegalArgumentException e) {
            throw located(e);
          }
        });
  }

  /**
   * Describes {@code layer} in the current scope: its states are named as if they were the current
   * layer's own.
   */
  public Value describe(Layer layer, Value input) {
    trace.enter(path(), layer);
    Value output = layer.describe(this, input);
    trace.leave(output);
    return output;
  }

  private void nameOutput(Value output) {
    String name = qualified("output");
    if (named.add(name)) {
      graph.name(name, output);
    }
  }

  private IllegalArgumentException located(IllegalArgumentException e) {
    String message = String.valueOf(e.getMessage());
    return message.startsWith(path() + ":") || message.startsWith(path() + ".")
        ? e
        : new IllegalArgumentException(path() + ": " + message, e);
  }

  /** An error of the current layer: the message with the layer's path before it. */
  public IllegalArgumentException error(String message) {
    String path = path();
    return new IllegalArgumentException(path.isEmpty() ? message : path + ": " + message);
  }

  /** The states that were declared, by name, in the order of declaration. */
  public Map<String, StateSpec> states() {
    return Collections.unmodifiableMap(states);
  }

  /**
   * The graph's value of a declared state.
   *
   * @throws IllegalArgumentException when this context did not declare it
   */
  public Value value(StateSpec state) {
    Value value = values.get(state.name());
    if (value == null) {
      throw new IllegalArgumentException(
          "state " + state.name() + " is not one of " + states.keySet());
    }
    return value;
  }

  /** A row per layer that was described, in the order in which they finished. */
  List<Summary.Row> rows() {
    return trace.rows();
  }

  private String qualified(String name) {
    String path = path();
    return path.isEmpty() ? name : path + "." + name;
  }
}
