package dev.cambium.cpu;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.spi.Kernel;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.ValueType;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/**
 * {@link ConvolutionBackwardWeights}: a primitive that computes both gradients, the weights' in
 * blocks of its own, and a second one that lays them out as weights are stored.
 */
final class CpuConvolutionBackwardWeights {
  private CpuConvolutionBackwardWeights() {}

  static Kernel prepare(
      ConvolutionBackwardWeights op, List<ValueType> inputs, CpuPlatform platform) {
    List<ValueType> outputs = op.infer(inputs);
    Shape w = OneDnnKernels.shape(outputs.get(0));
    try (Descriptors descriptors = new Descriptors(platform)) {
      ConvolutionDescriptors convolution =
          new ConvolutionDescriptors(
              descriptors,
              op.geometry(),
              OneDnnKernels.shape(inputs.get(0)),
              w,
              OneDnnKernels.shape(inputs.get(1)));
      dnnl_memory_desc bias = op.bias() ? descriptors.stored(Shape.of(w.dim(0))) : null;
      dnnl_primitive_desc backward = convolution.backwardWeights(bias);

      OneDnnKernel.Builder kernel = new OneDnnKernel.Builder(platform, inputs, outputs);
      OneDnnKernel.PrimitiveBuilder run =
          kernel
              .then("a convolution's gradient by its weights", backward)
              .input(DNNL_ARG_SRC, 0)
              .input(DNNL_ARG_DIFF_DST, 1);
      kernel.unpack(descriptors, run, DNNL_ARG_DIFF_WEIGHTS, 0, convolution.storedFilter());
      if (op.bias()) {
        run.output(DNNL_ARG_DIFF_BIAS, 1);
      }
      return kernel.build();
    }
  }
}
