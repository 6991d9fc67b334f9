package dev.cambium.gpu;

import dev.cambium.op.ParameterUpdate;
import dev.cambium.op.UpdateOptions;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A {@link ParameterUpdate}: each launch takes so many parameters, large and small, as fit into its
 * arguments.
 */
final class GpuParameterUpdate {
  private static final int MOST_PARAMETERS = 11;
  private static final int PIECE = 4096;

  private final GpuPlatform gpu;
  private final GpuLanes lanes;
  private final ParameterUpdate op;
  private final List<ValueType> inputs;
  private final DType dtype;

  GpuParameterUpdate(GpuPlatform gpu, ParameterUpdate op, List<ValueType> inputs) {
    this.gpu = gpu;
    this.lanes = GpuLanes.of(gpu);
    this.op = op;
    this.inputs = inputs;
    this.dtype = ((TensorType) inputs.get(0)).dtype();
  }

  /**
   * The kernel.
   *
   * @param rule the optimiser
   * @param numbers what its rule is given after the scalars
   */
  GpuKernel kernel(UpdateRule rule, List<Argument> numbers) {
    GpuProgram program = lanes.program(gpu, "update", dtype).with("RULE", rule);
    List<Integer> parameters =
        IntStream.range(0, op.parameters()).filter(i -> size(i) > 0).boxed().toList();
    GpuKernel.Builder kernel = gpu.kernel();
    for (int from = 0; from < parameters.size(); from += MOST_PARAMETERS) {
      int to = Math.min(parameters.size(), from + MOST_PARAMETERS);
      launch(kernel, program, parameters.subList(from, to), numbers);
    }
    return kernel.build();
  }

  private void launch(
      GpuKernel.Builder kernel,
      GpuProgram program,
      List<Integer> parameters,
      List<Argument> numbers) {
    List<Argument> arguments = new ArrayList<>();
    long pieces = 0;
    for (int i : parameters) {
      add(arguments, i, size(i));
      pieces += Grid.groups(size(i), PIECE);
    }
    for (int spare = parameters.size(); spare < MOST_PARAMETERS; spare++) {
      add(arguments, parameters.get(0), 0);
    }
    IntStream.range(0, op.scalars().size()).mapToObj(Argument::input).forEach(arguments::add);
    arguments.addAll(numbers);
    arguments.add(Argument.of(decoupled(parameters)));
    kernel.launch(program, "update", lanes.groups(pieces), arguments.toArray(Argument[]::new));
  }

  private void add(List<Argument> arguments, int i, long size) {
    arguments.add(Argument.input(op.parameterInput(i)));
    arguments.add(Argument.input(op.gradientInput(i)));
    arguments.add(Argument.output(i));
    int slots = op.slots().size();
    for (int slot = 0; slot < slots; slot++) {
      arguments.add(Argument.input(op.slotInput(slot, i)));
    }
    for (int slot = 0; slot < slots; slot++) {
      arguments.add(Argument.output(op.slotOutput(slot, i)));
    }
    UpdateOptions options = op.options().get(i);
    arguments.add(Argument.of(size));
    arguments.add(real(options.learningRateFactor()));
    arguments.add(real(options.weightDecay()));
  }

  /** A bit for each parameter of a launch, the first one's the lowest. */
  private int decoupled(List<Integer> parameters) {
    int bits = 0;
    for (int k = 0; k < parameters.size(); k++) {
      bits |= op.options().get(parameters.get(k)).decoupled() ? 1 << k : 0;
    }
    return bits;
  }

  /** A setting in the parameters' type. */
  Argument real(double value) {
    return Argument.real(dtype, value);
  }

  private long size(int parameter) {
    return ((TensorType) inputs.get(op.parameterInput(parameter))).shape().size();
  }
}
