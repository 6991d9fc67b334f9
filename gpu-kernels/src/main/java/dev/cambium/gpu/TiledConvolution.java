package dev.cambium.gpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** y from x and w, inputs 0 and 1, and the bias. */
final class TiledConvolution {
  private TiledConvolution() {}

  /** Its launches, with these tiles. */
  static GpuKernel.Builder launch(
      GpuPlatform gpu, Tiling tiling, ConvolutionProblem p, Epilogue epilogue) {
    GpuKernel.Builder kernel = gpu.kernel();
    List<Argument> arguments = new ArrayList<>();
    arguments.add(Argument.input(0));
    arguments.add(Argument.input(1));
    arguments.add(epilogue.biasOr(Argument.input(0)));
    arguments.add(tiling.isSplit() ? Argument.scratch(0) : Argument.output(0));
    arguments.add(Argument.of(p.outputPixels()));
    arguments.addAll(sizes(p));
    arguments.add(Argument.of(p.groupChannels()));
    arguments.add(Argument.of(p.groupFilters()));
    arguments.add(Argument.of(Math.multiplyExact(p.taps(), p.groupChannels())));
    arguments.addAll(Arrays.asList(tiling.arguments()));
    arguments.add(epilogue.hasBias());
    arguments.add(epilogue.number());
    arguments.add(epilogue.slope(p.dtype()));
    kernel.launch(
        TiledFamily.CONVOLUTION.program(tiling.tile(), p.dtype()),
        "convolution",
        tiling.grid(),
        arguments.toArray(Argument[]::new));
    if (tiling.isSplit()) {
      long size = p.outputPixels() * p.filters();
      kernel.scratch(tiling.parts() * size * p.dtype().bytes());
      TiledSums.finish(kernel, gpu, p.dtype(), size, p.filters(), tiling.parts(), epilogue, 1, 0);
    }
    return kernel;
  }

  /** The sizes and the geometry, as all kernels of convolutions take them. */
  static List<Argument> sizes(ConvolutionProblem p) {
    return List.of(
        Argument.of(p.channels()),
        Argument.of(p.height()),
        Argument.of(p.width()),
        Argument.of(p.filters()),
        Argument.of(p.kernelHeight()),
        Argument.of(p.kernelWidth()),
        Argument.of(p.outputHeight()),
        Argument.of(p.outputWidth()),
        Argument.of(p.strideHeight()),
        Argument.of(p.strideWidth()),
        Argument.of(p.top()),
        Argument.of(p.left()),
        Argument.of(p.dilationHeight()),
        Argument.of(p.dilationWidth()));
  }
}
