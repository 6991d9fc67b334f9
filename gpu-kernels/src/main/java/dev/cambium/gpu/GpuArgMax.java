package dev.cambium.gpu;

import dev.cambium.op.ArgMax;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** {@link ArgMax}. */
final class GpuArgMax {
  private GpuArgMax() {}

  static Prepared prepare(GpuPlatform gpu, List<ValueType> inputs) {
    GpuClassRows rows = GpuClassRows.of(gpu, inputs.get(0));
    // Labels are not read where predictions are wanted.
    return launch(gpu, gpu.kernel(), rows, 0, Argument.input(0), Argument.output(0), false).build();
  }

  /**
   * Adds the launch that finds the largest score of each row.
   *
   * @param scores which input they are
   * @param cells whether to store the cell of a confusion matrix, by label and prediction, or -1
   *     where the label is no class, instead of the prediction
   */
  static GpuKernel.Builder launch(
      GpuPlatform gpu,
      GpuKernel.Builder kernel,
      GpuClassRows rows,
      int scores,
      Argument labels,
      Argument y,
      boolean cells) {
    return kernel.launch(
        rows.lanes().program(gpu, "predictions", rows.dtype()),
        rows.function("best_of"),
        rows.lanes().groups(rows.groups()),
        Argument.input(scores),
        labels,
        y,
        Argument.of(rows.rows()),
        Argument.of(rows.classes()),
        Argument.of(cells ? 1 : 0));
  }
}
