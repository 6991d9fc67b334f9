package dev.cambium.gpu;

import java.util.ArrayList;
import java.util.List;

/** Convolutions that filter each channel by itself, and their gradients. */
final class GpuDepthwise {
  private static final String FILE = "tiled_depthwise";
  private static final int LOCAL = 64;

  /** Filters of a group of work-items, and its work-items, when it adds up gradients. */
  private static final int GROUP_FILTERS = 32;

  private static final int GROUP_ITEMS = 256;

  private static final int GROUPS_PER_UNIT = 4;
  private static final int LEAST_PIXELS = 256;
  private static final int MOST_PARTS = 1024;
  private static final long MOST_PIXELS = 1L << 29;

  private GpuDepthwise() {}

  /** y from x, w and the bias. */
  static GpuKernel forward(GpuPlatform gpu, ConvolutionProblem p, Epilogue epilogue) {
    List<Argument> arguments = new ArrayList<>();
    arguments.add(Argument.input(0));
    arguments.add(Argument.input(1));
    arguments.add(epilogue.biasOr(Argument.input(0)));
    arguments.add(Argument.output(0));
    long size = p.outputPixels() * p.filters();
    arguments.add(Argument.of(size));
    arguments.addAll(TiledConvolution.sizes(p));
    arguments.add(epilogue.hasBias());
    arguments.add(epilogue.number());
    arguments.add(epilogue.slope(p.dtype()));
    return launch(gpu, p, "depthwise", Grid.line(size, LOCAL), arguments).build();
  }

  /** dx from dy and w. */
  static GpuKernel backwardData(GpuPlatform gpu, ConvolutionProblem p) {
    List<Argument> arguments = new ArrayList<>();
    arguments.add(Argument.input(0));
    arguments.add(Argument.input(1));
    arguments.add(Argument.output(0));
    long size = p.imagePixels() * p.channels();
    arguments.add(Argument.of(size));
    arguments.addAll(TiledConvolution.sizes(p));
    return launch(gpu, p, "depthwise_data", Grid.line(size, LOCAL), arguments).build();
  }

  /** dw and db from x and dy. */
  static GpuKernel backwardWeights(GpuPlatform gpu, ConvolutionProblem p, boolean bias) {
    long across = Grid.groups(p.filters(), GROUP_FILTERS);
    long groups = across * (p.taps() + (bias ? 1 : 0));
    long pixels = p.outputPixels();
    long parts = Math.max(1, (long) gpu.device().computeUnits() * GROUPS_PER_UNIT / groups);
    parts = Math.min(Math.min(parts, MOST_PARTS), Math.max(1, pixels / LEAST_PIXELS));
    parts = Math.max(parts, Grid.groups(pixels, MOST_PIXELS));
    long each = Math.max(1, Grid.groups(pixels, parts));
    int count = Math.toIntExact(Math.max(1, Grid.groups(pixels, each)));

    boolean split = count > 1;
    long size = (long) p.filters() * p.taps();
    long biasParts = TiledSums.aligned(count * size, p.dtype());
    Argument dw = split ? Argument.scratch(0) : Argument.output(0);
    Argument db = split ? Argument.scratch(biasParts) : Argument.output(1);
    List<Argument> arguments = new ArrayList<>();
    arguments.add(Argument.input(0));
    arguments.add(Argument.input(1));
    arguments.add(dw);
    arguments.add(bias ? db : dw);
    arguments.add(Argument.of(pixels));
    arguments.addAll(TiledConvolution.sizes(p));
    arguments.add(Argument.of(Math.toIntExact(across)));
    arguments.add(Argument.of(Math.toIntExact(each)));
    Grid grid = new Grid(groups, count, 1, GROUP_ITEMS, 1);
    GpuKernel.Builder kernel = launch(gpu, p, "depthwise_weights", grid, arguments);
    if (split) {
      long biasBytes = bias ? (long) count * p.filters() * p.dtype().bytes() : 0;
      kernel.scratch(biasParts + biasBytes);
      TiledSums.finishGradients(kernel, gpu, p.dtype(), biasParts, size, p.filters(), count, bias);
    }
    return kernel.build();
  }

  private static GpuKernel.Builder launch(
      GpuPlatform gpu, ConvolutionProblem p, String name, Grid grid, List<Argument> arguments) {
    return gpu.kernel()
        .launch(gpu.program(FILE, p.dtype()), name, grid, arguments.toArray(Argument[]::new));
  }
}
