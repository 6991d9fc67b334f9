package dev.cambium.cpu;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.cambium.op.Convolution;
import dev.cambium.spi.Kernel;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.ValueType;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/**
 * {@link Convolution} as one primitive: the bias is an argument and the activation a
 * post-operation. The weights are packed into the blocks that the primitive chooses. A ReLU turns
 * NaN into 0, as the processor's maximum instruction does.
 */
final class CpuConvolution {
  private CpuConvolution() {}

  static Kernel prepare(Convolution op, List<ValueType> inputs, CpuPlatform platform) {
    List<ValueType> outputs = op.infer(inputs);
    Shape w = OneDnnKernels.shape(inputs.get(1));
    try (Descriptors descriptors = new Descriptors(platform)) {
      ConvolutionDescriptors convolution =
          new ConvolutionDescriptors(
              descriptors,
              op.geometry(),
              OneDnnKernels.shape(inputs.get(0)),
              w,
              OneDnnKernels.shape(outputs.get(0)));
      dnnl_memory_desc bias = op.bias() ? descriptors.stored(Shape.of(w.dim(0))) : null;
      dnnl_primitive_desc forward = convolution.forward(bias, op.activation());

      OneDnnKernel.Builder kernel = new OneDnnKernel.Builder(platform, inputs, outputs);
      kernel.pack(
          descriptors, 1, convolution.storedFilter(), descriptors.of(forward, DNNL_ARG_WEIGHTS));
      OneDnnKernel.PrimitiveBuilder run =
          kernel
              .then("a convolution", forward)
              .input(DNNL_ARG_SRC, 0)
              .input(DNNL_ARG_WEIGHTS, 1)
              .output(DNNL_ARG_DST, 0);
      if (op.bias()) {
        run.input(DNNL_ARG_BIAS, 2);
      }
      return kernel.build();
    }
  }
}
