package dev.cambium.op;

import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One step of an optimiser over n parameters at once: launches cost time, so all parameters share
 * one.
 *
 * <p>Inputs: the scalars of {@link #scalars} (the first two are lr and gradientScale), then n
 * parameters p, n gradients g, and for each slot of {@link #slots} (momentum, squares, ...) n
 * tensors; all of one floating element type, and the gradient and slots of a parameter of its
 * shape. Outputs: n parameters, then n tensors for each slot, in the same order; each may share the
 * memory of the input that it replaces. Slots start at 0. {@link UpdateOptions} says how weight
 * decay and a parameter's own learning rate enter.
 */
public interface ParameterUpdate extends Op {
  /** What differs from parameter to parameter, one for each. */
  List<UpdateOptions> options();

  /** The names of the rank-0 inputs, which change from step to step. */
  List<String> scalars();

  /** The names of what is kept per parameter from step to step. */
  List<String> slots();

  /** n, the number of parameters. */
  default int parameters() {
    return options().size();
  }

  /** The index of parameter {@code i} among the inputs. */
  default int parameterInput(int i) {
    return scalars().size() + i;
  }

  /** The index of the gradient of parameter {@code i} among the inputs. */
  default int gradientInput(int i) {
    return scalars().size() + parameters() + i;
  }

  /** The index of slot {@code slot} of parameter {@code i} among the inputs. */
  default int slotInput(int slot, int i) {
    return scalars().size() + (2 + slot) * parameters() + i;
  }

  /** The index of slot {@code slot} of parameter {@code i} among the outputs. */
  default int slotOutput(int slot, int i) {
    return (1 + slot) * parameters() + i;
  }

  @Override
  default List<ValueType> infer(List<ValueType> inputs) {
    List<String> names = new ArrayList<>(scalars());
    for (String name : Stream.concat(Stream.of("p", "g"), slots().stream()).toList()) {
      IntStream.rangeClosed(1, parameters()).forEach(i -> names.add(name + i));
    }
    Operands operands = Operands.of(this, inputs, names);
    TensorType lr = operands.floating(0, 0, "[]");
    for (int i = 1; i < scalars().size(); i++) {
      operands.exactly(i, lr);
    }
    for (int i = 0; i < parameters(); i++) {
      TensorType p = operands.ofType(parameterInput(i), lr.dtype());
      operands.exactly(gradientInput(i), p, "like its parameter");
      for (int slot = 0; slot < slots().size(); slot++) {
        operands.exactly(slotInput(slot, i), p, "like its parameter");
      }
    }
    List<ValueType> outputs = new ArrayList<>(inputs.subList(parameterInput(0), gradientInput(0)));
    outputs.addAll(inputs.subList(gradientInput(0) + parameters(), inputs.size()));
    return outputs;
  }

  @Override
  default boolean mayAlias(int output, int input) {
    int replaced =
        output < parameters() ? parameterInput(output) : scalars().size() + parameters() + output;
    return input == replaced;
  }
}
