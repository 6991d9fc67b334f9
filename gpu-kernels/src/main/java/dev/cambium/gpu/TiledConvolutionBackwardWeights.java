package dev.cambium.gpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** dw and db from x and dy, inputs 0 and 1. */
final class TiledConvolutionBackwardWeights {
  private TiledConvolutionBackwardWeights() {}

  /** Its launches, with these tiles. */
  static GpuKernel.Builder launch(
      GpuPlatform gpu, Tiling tiling, ConvolutionProblem p, boolean bias) {
    GpuKernel.Builder kernel = gpu.kernel();
    long size = (long) p.filters() * p.taps() * p.groupChannels();
    boolean split = tiling.isSplit();
    long biasParts = TiledSums.aligned(tiling.parts() * size, p.dtype());
    Argument dw = split ? Argument.scratch(0) : Argument.output(0);
    Argument db = split ? Argument.scratch(biasParts) : Argument.output(1);
    launch(kernel, gpu, tiling, p, dw, bias ? db : dw, bias);
    if (split) {
      long biasBytes = bias ? (long) tiling.parts() * p.filters() * p.dtype().bytes() : 0;
      kernel.scratch(biasParts + biasBytes);
      TiledSums.finishGradients(
          kernel, gpu, p.dtype(), biasParts, size, p.filters(), tiling.parts(), bias);
    }
    return kernel;
  }

  /** The first launch: sums, partial where the tiles are split. */
  static void launch(
      GpuKernel.Builder kernel,
      GpuPlatform gpu,
      Tiling tiling,
      ConvolutionProblem p,
      Argument dw,
      Argument db,
      boolean bias) {
    List<Argument> arguments = new ArrayList<>();
    arguments.add(Argument.input(0));
    arguments.add(Argument.input(1));
    arguments.add(dw);
    arguments.add(db);
    arguments.add(Argument.of(p.outputPixels()));
    arguments.addAll(TiledConvolution.sizes(p));
    arguments.add(Argument.of(p.groupChannels()));
    arguments.add(Argument.of(p.groupFilters()));
    arguments.add(Argument.of(Math.multiplyExact(p.taps(), p.groupChannels())));
    arguments.addAll(Arrays.asList(tiling.arguments()));
    arguments.add(Argument.of(bias ? 1 : 0));
    kernel.launch(
        TiledFamily.BACKWARD_WEIGHTS.program(tiling.tile(), p.dtype()),
        "convolution_weights",
        tiling.grid(),
        arguments.toArray(Argument[]::new));
  }
}
