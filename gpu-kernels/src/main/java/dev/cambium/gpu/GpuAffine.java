package dev.cambium.gpu;

import dev.cambium.op.Affine;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** y = scale x + shift. */
final class GpuAffine {
  private static final int LOCAL = 64;

  private GpuAffine() {}

  static Prepared prepare(GpuPlatform gpu, Affine op, List<ValueType> inputs) {
    TensorType x = (TensorType) inputs.get(0);
    DType dtype = x.dtype();
    if (dtype != DType.FLOAT32 && dtype != DType.FLOAT64) {
      return new Declined("integers");
    }
    long size = x.shape().size();
    return gpu.kernel()
        .launch(
            gpu.program("affine", dtype),
            "affine",
            Grid.line(size, LOCAL),
            Argument.input(0),
            Argument.output(0),
            Argument.of(size),
            Argument.real(dtype, op.scale()),
            Argument.real(dtype, op.shift()))
        .build();
  }
}
