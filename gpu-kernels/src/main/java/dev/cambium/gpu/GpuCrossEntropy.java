package dev.cambium.gpu;

import dev.cambium.op.CrossEntropy;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link CrossEntropy}: one launch of one group for few scores, else one for the rows and one that
 * adds up their losses, and before them one for the sum of the labels' weights where there are any.
 */
final class GpuCrossEntropy {
  private final CrossEntropy op;
  private final GpuClassRows rows;
  private final GpuProgram program;

  private GpuCrossEntropy(GpuPlatform gpu, CrossEntropy op, GpuClassRows rows) {
    this.op = op;
    this.rows = rows;
    this.program = rows.lanes().program(gpu, "cross_entropy", rows.dtype());
  }

  static Prepared prepare(GpuPlatform gpu, CrossEntropy op, List<ValueType> inputs) {
    GpuClassRows rows = GpuClassRows.of(gpu, inputs.get(0));
    return new GpuCrossEntropy(gpu, op, rows).kernel(gpu.kernel());
  }

  private GpuKernel kernel(GpuKernel.Builder kernel) {
    long groups = rows.groupsInTurn();
    if (groups == 1) {
      rows(kernel, 1, Argument.input(0), Argument.output(0));
      return kernel.build();
    }
    long offset = Grid.groups(groups * rows.dtype().bytes(), Backend.ALIGNMENT) * Backend.ALIGNMENT;
    Argument losses = Argument.scratch(0);
    Argument denominator = Argument.scratch(offset);
    boolean summed = op.classWeights() && !op.softTargets();
    if (summed) {
      List<Argument> arguments = targets();
      arguments.add(denominator);
      launch(kernel, "sum_of_weights", 1, arguments);
    }
    rows(kernel, groups, denominator, losses);
    launch(
        kernel,
        "mean_loss",
        1,
        List.of(
            losses,
            Argument.of((int) groups),
            denominator,
            Argument.of((int) rows.rows()),
            Argument.of(summed ? 1 : 0),
            Argument.output(0)));
    return kernel.scratch(offset + Backend.ALIGNMENT).build();
  }

  private void rows(GpuKernel.Builder kernel, long groups, Argument denominator, Argument losses) {
    List<Argument> arguments = new ArrayList<>();
    arguments.add(Argument.input(0));
    arguments.addAll(targets());
    arguments.add(Argument.of(groups == 1 ? 1 : 0));
    arguments.add(denominator);
    arguments.add(losses);
    arguments.add(Argument.output(1));
    launch(kernel, rows.function("rows_of"), groups, arguments);
  }

  private void launch(
      GpuKernel.Builder kernel, String function, long groups, List<Argument> arguments) {
    kernel.launch(
        program, function, rows.lanes().groups(groups), arguments.toArray(Argument[]::new));
  }

  /** Labels, distributions and class weights; what there is not is never read. */
  private List<Argument> targets() {
    DType dtype = rows.dtype();
    double smoothing = op.labelSmoothing();
    return new ArrayList<>(
        List.of(
            Argument.input(1),
            Argument.input(op.softTargets() ? 1 : 0),
            Argument.input(op.classWeights() ? 2 : 0),
            Argument.of((int) rows.rows()),
            Argument.of(rows.classes()),
            Argument.of(op.softTargets() ? 1 : 0),
            Argument.of(op.classWeights() ? 1 : 0),
            Argument.real(dtype, 1 - smoothing),
            Argument.real(dtype, smoothing / rows.classes())));
  }
}
