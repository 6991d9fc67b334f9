package dev.cambium.cpu;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.cambium.op.MatMul;
import dev.cambium.spi.Kernel;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.ValueType;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/** {@link MatMul} as one primitive; a transposed operand is one with exchanged strides. */
final class CpuMatMul {
  private CpuMatMul() {}

  static Kernel prepare(MatMul op, List<ValueType> inputs, CpuPlatform platform) {
    List<ValueType> outputs = op.infer(inputs);
    try (Descriptors descriptors = new Descriptors(platform)) {
      dnnl_primitive_desc product = new dnnl_primitive_desc();
      descriptors.own(
          "a matrix product",
          product,
          dnnl_matmul_primitive_desc_create(
              product,
              platform.engine(),
              matrix(descriptors, inputs.get(0), op.transposeA()),
              matrix(descriptors, inputs.get(1), op.transposeB()),
              null,
              matrix(descriptors, outputs.get(0), false),
              descriptors.attributes()));

      OneDnnKernel.Builder kernel = new OneDnnKernel.Builder(platform, inputs, outputs);
      kernel
          .then("a matrix product", product)
          .input(DNNL_ARG_SRC, 0)
          .input(DNNL_ARG_WEIGHTS, 1)
          .output(DNNL_ARG_DST, 0);
      return kernel.build();
    }
  }

  private static dnnl_memory_desc matrix(
      Descriptors descriptors, ValueType type, boolean transposed) {
    Shape shape = OneDnnKernels.shape(type);
    long rows = shape.dim(0);
    long columns = shape.dim(1);
    return transposed
        ? descriptors.strided(new long[] {columns, rows}, new long[] {1, columns})
        : descriptors.strided(new long[] {rows, columns}, new long[] {columns, 1});
  }
}
