package dev.cambium.gpu;

import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * {@link ConvolutionBackwardWeights} for processors: each work-group gathers the patches of some
 * pixels and adds up their products with dy; a second launch adds up the groups' sums in a fixed
 * order. How the pixels are split depends on the sizes alone.
 */
final class WideWeightGradient {
  private static final int CHUNK = 96;
  private static final int GROUPS = 16;
  private static final long NEAR_BYTES = 256 << 10;

  private final ConvolutionProblem sizes;
  private final boolean bias;

  private WideWeightGradient(ConvolutionProblem sizes, boolean bias) {
    this.sizes = sizes;
    this.bias = bias;
  }

  static Prepared prepare(
      GpuPlatform gpu, WideTile tile, ConvolutionBackwardWeights op, List<ValueType> inputs) {
    ConvolutionProblem sizes = ConvolutionProblem.of(op, inputs);
    if (sizes.outputPixels() > Integer.MAX_VALUE - GROUPS * CHUNK) {
      return new Declined("more than 2^31 pixels");
    }
    boolean depthwise = sizes.isDepthwise() && sizes.filters() == sizes.channels();
    if (!depthwise && sizes.groups() > Grid.MOST) {
      return new Declined(sizes.groups() + " groups of channels, of " + Grid.MOST + " at most");
    }
    WideLaunches launches = new WideLaunches(gpu, tile, sizes.dtype());
    WideWeightGradient gradient = new WideWeightGradient(sizes, op.bias());
    if (depthwise) {
      gradient.depthwise(launches);
    } else {
      gradient.dense(launches);
    }
    return launches.build();
  }

  private Argument biasGradient() {
    return Argument.output(bias ? 1 : 0);
  }

  private void dense(WideLaunches launches) {
    int width = launches.width();
    int rows = launches.tile().rows();
    int columns = sizes.taps() * sizes.groupChannels();
    int panels = (int) Grid.groups(columns, width);
    int filters = (int) Grid.groups(sizes.groupFilters(), rows) * rows;
    long panelBytes = (long) filters * width * sizes.dtype().bytes();
    long near = Math.min(panels, NEAR_BYTES / Math.max(1, panelBytes));
    int panelsOfGroup = (int) Math.max(Math.max(1, near), Grid.groups(panels, Grid.MOST));
    int blocks = (int) Grid.groups(panels, panelsOfGroup);
    int pixelsOfGroup = pixelsOfGroup((long) blocks * sizes.groups());
    int splits = (int) Grid.groups(sizes.outputPixels(), pixelsOfGroup);
    Argument parts = launches.scratch((long) splits * sizes.groups() * panels * filters * width);
    Argument biasParts = launches.scratch((long) splits * sizes.filters());
    launches.launch(
        "wide_weight_gradient",
        "wide_weight_gradient",
        new Grid(splits, blocks, sizes.groups(), 1, 1),
        arguments(
            List.of(Argument.input(0), Argument.input(1), parts, biasParts),
            IntStream.concat(images(), IntStream.of(sizes.filters(), sizes.groups())),
            IntStream.of(panelsOfGroup, pixelsOfGroup, bias ? 1 : 0)));
    launches.launch(
        "wide_weight_gradient",
        "wide_weight_gradient_finish",
        new Grid(panels, sizes.groups(), 1, 1, 1),
        parts,
        biasParts,
        Argument.output(0),
        biasGradient(),
        Argument.of(columns),
        Argument.of(sizes.groupFilters()),
        Argument.of(splits),
        Argument.of(bias ? 1 : 0));
  }

  private void depthwise(WideLaunches launches) {
    int width = launches.width();
    int panels = (int) Grid.groups(sizes.channels(), width);
    int pixelsOfGroup = pixelsOfGroup(1);
    int splits = (int) Grid.groups(sizes.outputPixels(), pixelsOfGroup);
    Argument parts = launches.scratch((long) splits * panels * (sizes.taps() + 1) * width);
    launches.launch(
        "wide_depthwise",
        "wide_depthwise_gradient",
        new Grid(splits, 1, 1, 1, 1),
        arguments(
            List.of(Argument.input(0), Argument.input(1), parts),
            images(),
            IntStream.of(pixelsOfGroup)));
    launches.launch(
        "wide_depthwise",
        "wide_depthwise_gradient_finish",
        new Grid(panels, 1, 1, 1, 1),
        parts,
        Argument.output(0),
        biasGradient(),
        Argument.of(sizes.channels()),
        Argument.of(sizes.taps()),
        Argument.of(splits),
        Argument.of(bias ? 1 : 0));
  }

  /** Buffers, images, filter, and how the work is split: the order of the kernels' arguments. */
  private Argument[] arguments(List<Argument> buffers, IntStream images, IntStream split) {
    IntStream filter =
        IntStream.of(
            sizes.kernelHeight(),
            sizes.kernelWidth(),
            sizes.strideHeight(),
            sizes.strideWidth(),
            sizes.top(),
            sizes.left(),
            sizes.dilationHeight(),
            sizes.dilationWidth());
    IntStream numbers = IntStream.concat(IntStream.concat(images, filter), split);
    return Stream.concat(buffers.stream(), numbers.mapToObj(Argument::of)).toArray(Argument[]::new);
  }

  private IntStream images() {
    return IntStream.of(
        sizes.batch(),
        sizes.height(),
        sizes.width(),
        sizes.channels(),
        sizes.outputHeight(),
        sizes.outputWidth());
  }

  /** Whole chunks, so that there are about 16 groups in all. */
  private int pixelsOfGroup(long otherGroups) {
    long splits = Math.max(1, GROUPS / Math.max(1, otherGroups));
    long chunks = Grid.groups(Grid.groups(sizes.outputPixels(), splits), CHUNK);
    return (int) Math.max(1, chunks) * CHUNK;
  }
}
