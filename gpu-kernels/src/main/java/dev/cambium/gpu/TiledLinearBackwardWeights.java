package dev.cambium.gpu;

import dev.cambium.tensor.DType;

/**
 * dw and db of a fully connected layer: those of a convolution of images of one pixel. The columns
 * of dw are brought from the features' order into their own.
 */
final class TiledLinearBackwardWeights {
  private TiledLinearBackwardWeights() {}

  static GpuKernel prepare(GpuPlatform gpu, GpuTuning tuning, LinearProblem p, boolean bias) {
    ConvolutionProblem onePixel = onePixel(p);
    Tiling tiling =
        tuning.tiling(
            TiledFamily.BACKWARD_WEIGHTS, ProductSize.backwardWeights(onePixel), gpu.device());
    if (!p.isPermuted()) {
      return TiledConvolutionBackwardWeights.launch(gpu, tiling, onePixel, bias).build();
    }
    DType dtype = p.dtype();
    GpuKernel.Builder kernel = gpu.kernel();
    long parts = TiledSums.aligned((long) tiling.parts() * p.units() * p.features(), dtype);
    boolean biasParts = bias && tiling.isSplit();
    Argument dw = Argument.scratch(0);
    Argument db = biasParts ? Argument.scratch(parts) : bias ? Argument.output(1) : dw;
    TiledConvolutionBackwardWeights.launch(kernel, gpu, tiling, onePixel, dw, db, bias);
    kernel.scratch(parts + (biasParts ? (long) tiling.parts() * p.units() * dtype.bytes() : 0));
    TiledSums.transpose(
        kernel, gpu, dtype, tiling.parts(), p.units(), p.pixels(), p.channels(), dw);
    if (biasParts) {
      TiledSums.finishBias(kernel, gpu, dtype, parts, p.units(), tiling.parts());
    }
    return kernel.build();
  }

  private static ConvolutionProblem onePixel(LinearProblem p) {
    return new ConvolutionProblem(
        p.dtype(), p.batch(), p.features(), 1, 1, p.units(), 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1);
  }
}
