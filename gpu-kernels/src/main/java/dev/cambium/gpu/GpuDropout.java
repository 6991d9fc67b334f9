package dev.cambium.gpu;

import dev.cambium.op.Dropout;
import dev.cambium.op.Fill;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** {@link Dropout}: elements are counted in the order of memory. */
final class GpuDropout {
  private static final int BLOCK = 4;
  private static final int LOCAL = 64;
  private static final int WIDE_BLOCKS = 16 * BLOCK;
  private static final int WIDE_LOCAL = 4;

  private GpuDropout() {}

  static Prepared prepare(GpuPlatform gpu, Dropout op, List<ValueType> inputs) {
    TensorType x = (TensorType) inputs.get(0);
    if (op.threshold() > 0xFFFFFFFFL) {
      return GpuFill.prepare(gpu, new Fill(x, 0));
    }
    long size = x.shape().size();
    return gpu.kernel()
        .launch(
            gpu.program(gpu.isWide() ? "wide_dropout" : "dropout", x.dtype()),
            "dropout",
            gpu.isWide()
                ? Grid.line(Grid.groups(size, WIDE_BLOCKS), WIDE_LOCAL)
                : Grid.line(Grid.groups(size, BLOCK), LOCAL),
            Argument.input(0),
            Argument.input(1),
            Argument.output(0),
            Argument.of(size),
            Argument.of(op.stream()),
            Argument.of((int) op.threshold()),
            Argument.real(x.dtype(), op.scale()))
        .build();
  }
}
