package dev.cambium.gpu;

import dev.cambium.op.Cast;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Locale;

/** {@link Cast}. */
final class GpuCast {
  private GpuCast() {}

  static Prepared prepare(GpuPlatform gpu, Cast op, List<ValueType> inputs) {
    TensorType x = (TensorType) inputs.get(0);
    DType from = x.dtype();
    DType to = op.to();
    DType real = from == DType.FLOAT64 || to == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    boolean same = from == to;
    StridedLaunch all =
        StridedLaunch.plain(
            same ? "copy" : named(from, real) + "_to_" + named(to, real), x.shape().size());
    return gpu.kernel()
        .launch(
            same ? GpuMovement.program(from) : gpu.program("cast", real),
            all.form(),
            all.grid(),
            all.after(Argument.input(0), Argument.output(0)))
        .build();
  }

  private static String named(DType dtype, DType real) {
    return dtype == real ? "real" : dtype.name().toLowerCase(Locale.ROOT);
  }
}
