package dev.cambium.gpu;

import dev.cambium.op.TopKCorrect;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** {@link TopKCorrect}. */
final class GpuTopKCorrect {
  private GpuTopKCorrect() {}

  static Prepared prepare(GpuPlatform gpu, TopKCorrect op, List<ValueType> inputs) {
    GpuClassRows rows = GpuClassRows.of(gpu, inputs.get(0));
    long groups = rows.groupsInTurn();
    GpuKernel.Builder kernel =
        gpu.kernel()
            .launch(
                rows.lanes().program(gpu, "predictions", rows.dtype()),
                rows.function("correct_of"),
                rows.lanes().groups(groups),
                Argument.input(0),
                Argument.input(1),
                groups == 1 ? Argument.output(0) : Argument.scratch(0),
                Argument.of(rows.rows()),
                Argument.of(rows.classes()),
                Argument.of(op.k()));
    return groups == 1
        ? kernel.build()
        : GpuNonFiniteCount.sumOfCounts(gpu, kernel, rows.dtype(), groups).build();
  }
}
