package dev.cambium.graph;

import dev.cambium.graph.Node.Operation;
import dev.cambium.graph.Node.Output;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Fill;
import dev.cambium.op.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reverse-mode differentiation of a graph into the same graph: each operation's gradient rule, from
 * the loss back (A. Griewank, A. Walther: "Evaluating Derivatives", 2008, chapter 3). Values on no
 * path from a parameter to the loss get no gradient.
 */
public final class Gradients {
  private final GraphBuilder builder;
  private final Map<Output, Value> gradients = new HashMap<>();

  private Gradients(GraphBuilder builder) {
    this.builder = builder;
  }

  /**
   * Emits d(loss)/d(value) for each of {@code values}.
   *
   * @param builder the graph
   * @param loss a scalar of it
   * @param values what to differentiate by
   * @return the gradients in the order of {@code values}; empty where the loss does not depend on
   *     the value
   * @throws IllegalArgumentException when the loss is not a scalar
   */
  public static List<Optional<Value>> of(GraphBuilder builder, Value loss, List<Value> values) {
    if (loss.shape().rank() != 0) {
      throw new IllegalArgumentException(
          "the loss must be a scalar, got shape "
              + loss.shape()
              + "; reduce it by a sum or a mean first");
    }
    Gradients all = new Gradients(builder);
    all.gradients.put((Output) loss, builder.emit(new Fill(loss.tensorType(), 1)));
    List<Operation> operations = builder.recorded();
    Set<Output> wanted = dependents(operations, values);
    for (int i = operations.size() - 1; i >= 0; i--) {
      all.propagate(operations.get(i), wanted);
    }
    List<Optional<Value>> result = new ArrayList<>();
    for (Value value : values) {
      result.add(Optional.ofNullable(all.gradients.get((Output) value)));
    }
    return result;
  }

  private static Set<Output> dependents(List<Operation> operations, List<Value> values) {
    Set<Output> dependents = new HashSet<>();
    values.forEach(value -> dependents.add((Output) value));
    for (Operation operation : operations) {
      if (operation.inputs().stream().anyMatch(dependents::contains)) {
        dependents.addAll(operation.outputs());
      }
    }
    return dependents;
  }

  private void propagate(Operation operation, Set<Output> wanted) {
    if (operation.inputs().stream().noneMatch(wanted::contains)) {
      return;
    }
    List<Optional<Value>> outputGradients =
        operation.outputs().stream()
            .map(output -> Optional.ofNullable(gradients.get(output)))
            .toList();
    if (outputGradients.stream().allMatch(Optional::isEmpty)) {
      return;
    }
    List<Optional<Value>> inputGradients =
        builder.at(
            operation.path(),
            () ->
                operation
                    .op()
                    .gradient(
                        builder,
                        List.copyOf(operation.inputs()),
                        List.copyOf(operation.outputs()),
                        outputGradients));
    if (inputGradients.size() != operation.inputs().size()) {
      throw new IllegalStateException(
          operation.label()
              + ": gradient() must return one entry for each of the "
              + operation.inputs().size()
              + " inputs, got "
              + inputGradients.size());
    }
    for (int i = 0; i < inputGradients.size(); i++) {
      Output input = operation.inputs().get(i);
      if (wanted.contains(input) && inputGradients.get(i).isPresent()) {
        accumulate(input, inputGradients.get(i).get(), operation);
      }
    }
  }

  private void accumulate(Output value, Value gradient, Operation source) {
    if (!gradient.type().equals(value.type())) {
      throw new IllegalStateException(
          source.label()
              + ": the gradient of an input of type "
              + value.type()
              + " must have that type, got "
              + gradient.type());
    }
    gradients.merge(
        value, gradient, (a, b) -> builder.emit(new BinaryMath(BinaryMath.Function.ADD), a, b));
  }
}
