package dev.cambium.gpu;

import dev.cambium.op.Fill;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** {@link Fill}. */
final class GpuFill {
  private GpuFill() {}

  static Prepared prepare(GpuPlatform gpu, Fill op) {
    DType dtype = op.type().dtype();
    long size = op.type().shape().size();
    return gpu.kernel()
        .launch(
            GpuMovement.program(dtype),
            "fill",
            Grid.line(size, StridedLaunch.LOCAL),
            Argument.output(0),
            Argument.of(size),
            bits(dtype, op.value()))
        .build();
  }

  /** Adds the launch that writes {@code size} zeros. */
  static void zeros(GpuKernel.Builder kernel, DType dtype, Argument to, long size) {
    kernel.launch(
        GpuMovement.program(dtype),
        "fill",
        Grid.line(size, StridedLaunch.LOCAL),
        to,
        Argument.of(size),
        bits(dtype, 0));
  }

  /** The bits of an element as {@code movement.cl} takes them. */
  private static Argument bits(DType dtype, double value) {
    TensorType one = new TensorType(dtype, Shape.of(1));
    ByteBuffer element =
        HostArray.of(one, new double[] {value}).bytes().order(ByteOrder.nativeOrder());
    return switch (dtype.bytes()) {
      case 1 -> Argument.of(element.get(0) & 0xFF);
      case 4 -> Argument.of(element.getInt(0));
      default -> Argument.of(element.getLong(0));
    };
  }
}
