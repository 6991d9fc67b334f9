package dev.cambium.cpu;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.spi.Kernel;
import dev.cambium.tensor.ValueType;
import java.util.List;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/** {@link ConvolutionBackwardData} as one primitive, with packed weights. */
final class CpuConvolutionBackwardData {
  private CpuConvolutionBackwardData() {}

  static Kernel prepare(ConvolutionBackwardData op, List<ValueType> inputs, CpuPlatform platform) {
    List<ValueType> outputs = op.infer(inputs);
    try (Descriptors descriptors = new Descriptors(platform)) {
      ConvolutionDescriptors convolution =
          new ConvolutionDescriptors(
              descriptors,
              op.geometry(),
              OneDnnKernels.shape(outputs.get(0)),
              OneDnnKernels.shape(inputs.get(1)),
              OneDnnKernels.shape(inputs.get(0)));
      dnnl_primitive_desc backward = convolution.backwardData();

      OneDnnKernel.Builder kernel = new OneDnnKernel.Builder(platform, inputs, outputs);
      kernel.pack(
          descriptors, 1, convolution.storedFilter(), descriptors.of(backward, DNNL_ARG_WEIGHTS));
      kernel
          .then("a convolution's gradient by its input", backward)
          .input(DNNL_ARG_DIFF_DST, 0)
          .input(DNNL_ARG_WEIGHTS, 1)
          .output(DNNL_ARG_DIFF_SRC, 0);
      return kernel.build();
    }
  }
}
