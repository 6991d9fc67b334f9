package dev.cambium.gpu;

import dev.cambium.op.MatMul;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** {@link MatMul} for processors. */
final class WideMatMul {
  private WideMatMul() {}

  static Prepared prepare(GpuPlatform gpu, WideTile tile, MatMul op, List<ValueType> inputs) {
    return prepare(gpu, tile, MatrixProduct.of(op, inputs));
  }

  /** Any product of input 0 and input 1 into output 0. */
  static GpuKernel prepare(GpuPlatform gpu, WideTile tile, MatrixProduct sizes) {
    WideLaunches launches = new WideLaunches(gpu, tile, sizes.dtype());
    new WideProduct(launches, sizes, null, GpuActivation.NONE)
        .launch(Argument.input(0), Argument.input(1), Argument.output(0));
    return launches.build();
  }
}
