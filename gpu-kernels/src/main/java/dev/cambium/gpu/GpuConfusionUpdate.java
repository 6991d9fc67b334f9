package dev.cambium.gpu;

import dev.cambium.op.ConfusionUpdate;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/**
 * {@link ConfusionUpdate}: the cell that each row hits, then for each cell its hits; so two rows
 * never add to one number at the same time.
 */
final class GpuConfusionUpdate {
  private GpuConfusionUpdate() {}

  static Prepared prepare(GpuPlatform gpu, List<ValueType> inputs) {
    GpuClassRows rows = GpuClassRows.of(gpu, inputs.get(1));
    long cells = (long) rows.classes() * rows.classes();
    if (cells > Integer.MAX_VALUE) {
      return new Declined(
          rows.classes()
              + " classes have "
              + cells
              + " cells, of "
              + Integer.MAX_VALUE
              + " at most");
    }
    // Without rows there is no working memory, and no hit is read.
    Argument hits = rows.rows() == 0 ? Argument.input(2) : Argument.scratch(0);
    return GpuArgMax.launch(gpu, gpu.kernel(), rows, 1, Argument.input(2), hits, true)
        .launch(
            rows.lanes().program(gpu, "predictions", rows.dtype()),
            "add_hits",
            rows.lanes().groups(Grid.groups(cells, GpuLanes.COUNT)),
            Argument.input(0),
            hits,
            Argument.output(0),
            Argument.of((int) cells),
            Argument.of((int) rows.rows()))
        .scratch(rows.rows() * DType.INT32.bytes())
        .build();
  }
}
