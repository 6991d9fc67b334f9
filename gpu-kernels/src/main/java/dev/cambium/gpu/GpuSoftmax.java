package dev.cambium.gpu;

import dev.cambium.op.LogSoftmax;
import dev.cambium.op.LogSoftmaxBackward;
import dev.cambium.op.Softmax;
import dev.cambium.op.SoftmaxBackward;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** {@link Softmax}, {@link LogSoftmax}, {@link SoftmaxBackward} and {@link LogSoftmaxBackward}. */
final class GpuSoftmax {
  private GpuSoftmax() {}

  static Prepared prepare(GpuPlatform gpu, boolean logarithm, List<ValueType> inputs) {
    GpuClassRows rows = GpuClassRows.of(gpu, inputs.get(0));
    return gpu.kernel()
        .launch(
            program(gpu, rows, logarithm),
            rows.function("forward"),
            rows.lanes().groups(rows.groups()),
            Argument.input(0),
            Argument.output(0),
            Argument.of(rows.rows()),
            Argument.of(rows.classes()))
        .build();
  }

  static Prepared prepareBackward(GpuPlatform gpu, boolean logarithm, List<ValueType> inputs) {
    GpuClassRows rows = GpuClassRows.of(gpu, inputs.get(0));
    return gpu.kernel()
        .launch(
            program(gpu, rows, logarithm),
            rows.function("backward"),
            rows.lanes().groups(rows.groups()),
            Argument.input(0),
            Argument.input(1),
            Argument.output(0),
            Argument.of(rows.rows()),
            Argument.of(rows.classes()))
        .build();
  }

  private static GpuProgram program(GpuPlatform gpu, GpuClassRows rows, boolean logarithm) {
    GpuProgram softmax = rows.lanes().program(gpu, "softmax", rows.dtype());
    return logarithm ? softmax.with("LOGARITHM", 1) : softmax;
  }
}
