package dev.cambium.gpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** dx from dy and w, inputs 0 and 1. */
final class TiledConvolutionBackwardData {
  private TiledConvolutionBackwardData() {}

  /** Its launches, with these tiles. */
  static GpuKernel.Builder launch(GpuPlatform gpu, Tiling tiling, ConvolutionProblem p) {
    GpuKernel.Builder kernel = gpu.kernel();
    List<Argument> arguments = new ArrayList<>();
    arguments.add(Argument.input(0));
    arguments.add(Argument.input(1));
    arguments.add(tiling.isSplit() ? Argument.scratch(0) : Argument.output(0));
    arguments.add(Argument.of(p.imagePixels()));
    arguments.add(Argument.of(p.batch()));
    arguments.addAll(TiledConvolution.sizes(p));
    arguments.add(Argument.of(p.groupChannels()));
    arguments.add(Argument.of(p.groupFilters()));
    arguments.addAll(Arrays.asList(tiling.arguments()));
    kernel.launch(
        TiledFamily.BACKWARD_DATA.program(tiling.tile(), p.dtype()),
        "convolution_data",
        tiling.grid(),
        arguments.toArray(Argument[]::new));
    if (tiling.isSplit()) {
      long size = p.imagePixels() * p.channels();
      kernel.scratch(tiling.parts() * size * p.dtype().bytes());
      TiledSums.finish(
          kernel, gpu, p.dtype(), size, p.channels(), tiling.parts(), Epilogue.NONE, 1, 0);
    }
    return kernel;
  }
}
