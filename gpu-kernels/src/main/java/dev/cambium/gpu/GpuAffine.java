package dev.cambium.gpu;

import dev.cambium.op.Affine;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Locale;

/** {@link Affine}; integers go through FLOAT64, as on the host. */
final class GpuAffine {
  private GpuAffine() {}

  static Prepared prepare(GpuPlatform gpu, Affine op, List<ValueType> inputs) {
    TensorType x = (TensorType) inputs.get(0);
    boolean integers = !x.dtype().isFloating();
    if (integers && !gpu.device().hasDouble()) {
      return new Declined("the device does not compute in FLOAT64, which integers go through");
    }
    DType real = integers ? DType.FLOAT64 : x.dtype();
    long size = x.shape().size();
    return gpu.kernel()
        .launch(
            gpu.program("affine", real),
            integers ? "affine_" + x.dtype().name().toLowerCase(Locale.ROOT) : "affine",
            Grid.line(size, StridedLaunch.LOCAL),
            Argument.input(0),
            Argument.output(0),
            Argument.of(size),
            Argument.real(real, op.scale()),
            Argument.real(real, op.shift()))
        .build();
  }

  /** Adds the launch that makes {@code y} scale x + shift of {@code size} floating numbers. */
  static void launch(
      GpuKernel.Builder kernel,
      GpuPlatform gpu,
      DType dtype,
      long size,
      Argument x,
      Argument y,
      double scale,
      double shift) {
    kernel.launch(
        gpu.program("affine", dtype),
        "affine",
        Grid.line(size, StridedLaunch.LOCAL),
        x,
        y,
        Argument.of(size),
        Argument.real(dtype, scale),
        Argument.real(dtype, shift));
  }
}
