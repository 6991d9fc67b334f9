package dev.cambium.gpu;

import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * {@link Convolution} and its gradient by x for processors: both gather, for tiles of some pixels
 * and two vectors of channels, what the taps of a filter read. Where each channel is a group of its
 * own, the vectors hold channels and there is nothing to add up across them.
 */
final class WideConvolution {
  private static final int GROUPS = 64;

  private final WideTile tile;
  private final ConvolutionProblem sizes;
  private final boolean forward;
  private final WideTaps rows;
  private final WideTaps columns;

  private WideConvolution(WideTile tile, ConvolutionProblem sizes, boolean forward) {
    this.tile = tile;
    this.sizes = sizes;
    this.forward = forward;
    this.rows =
        taps(sizes.kernelHeight(), sizes.strideHeight(), sizes.top(), sizes.dilationHeight());
    this.columns =
        taps(sizes.kernelWidth(), sizes.strideWidth(), sizes.left(), sizes.dilationWidth());
  }

  private WideTaps taps(int size, int stride, int padding, int dilation) {
    return forward
        ? WideTaps.forward(size, stride, padding, dilation)
        : WideTaps.backward(size, stride, padding, dilation);
  }

  static Prepared forward(GpuPlatform gpu, WideTile tile, Convolution op, List<ValueType> inputs) {
    return new WideConvolution(tile, ConvolutionProblem.of(op, inputs), true)
        .prepare(gpu, op.bias() ? Argument.input(2) : null, GpuActivation.of(op.activation()));
  }

  static Prepared backwardData(
      GpuPlatform gpu, WideTile tile, ConvolutionBackwardData op, List<ValueType> inputs) {
    return new WideConvolution(tile, ConvolutionProblem.of(op, inputs), false)
        .prepare(gpu, null, GpuActivation.NONE);
  }

  private Prepared prepare(GpuPlatform gpu, Argument bias, GpuActivation activation) {
    if (Math.max(sizes.imagePixels(), sizes.outputPixels())
        > Integer.MAX_VALUE - GROUPS * tile.rows()) {
      return new Declined("more than 2^31 pixels");
    }
    if (phases() > Grid.MOST) {
      return new Declined(
          "a stride of "
              + sizes.strideHeight()
              + " x "
              + sizes.strideWidth()
              + " has "
              + phases()
              + " phases, of "
              + Grid.MOST
              + " at most");
    }
    boolean depthwise = sizes.isDepthwise() && sizes.filters() == sizes.channels();
    if (!depthwise && sizes.groups() > Grid.MOST) {
      return new Declined(sizes.groups() + " groups of channels, of " + Grid.MOST + " at most");
    }
    WidePanels weights = depthwise ? depthwiseWeights() : weights();
    WideLaunches launches = new WideLaunches(gpu, tile, sizes.dtype());
    launch(
        launches, depthwise, depthwise ? 1 : weights.panels() * weights.batch(), bias, activation);
    launches.kernel().packer(1, weights.packer(gpu));
    return launches.build();
  }

  /** [kH, kW, channels that are added up] x channels of the result, for each group. */
  private WidePanels weights() {
    int depth = sizes.groupChannels();
    int taps = sizes.taps();
    long group = (long) sizes.groupFilters() * taps * depth;
    if (forward) {
      return new WidePanels(
          tile,
          sizes.dtype(),
          sizes.groups(),
          group,
          0,
          WidePanels.Axis.of(taps * depth, 1),
          WidePanels.Axis.of(sizes.groupFilters(), (long) taps * depth));
    }
    return new WidePanels(
        tile,
        sizes.dtype(),
        sizes.groups(),
        group,
        (long) (taps - 1) * depth,
        new WidePanels.Axis(
            taps * sizes.groupFilters(),
            Math.max(1, sizes.groupFilters()),
            (long) taps * depth,
            -depth),
        WidePanels.Axis.of(depth, 1));
  }

  /** [kH, kW] x channels. */
  private WidePanels depthwiseWeights() {
    int taps = sizes.taps();
    return new WidePanels(
        tile,
        sizes.dtype(),
        1,
        0,
        forward ? 0 : taps - 1,
        WidePanels.Axis.of(taps, forward ? 1 : -1),
        WidePanels.Axis.of(sizes.channels(), taps));
  }

  private int resultHeight() {
    return forward ? sizes.outputHeight() : sizes.height();
  }

  private int resultWidth() {
    return forward ? sizes.outputWidth() : sizes.width();
  }

  private int phasesOfRows() {
    return Math.min(rows.divisor(), resultHeight());
  }

  private int phasesOfColumns() {
    return Math.min(columns.divisor(), resultWidth());
  }

  private long phases() {
    return (long) phasesOfRows() * phasesOfColumns();
  }

  private void launch(
      WideLaunches launches,
      boolean depthwise,
      int panels,
      Argument bias,
      GpuActivation activation) {
    long pixels =
        sizes.batch()
            * Grid.groups(resultHeight(), rows.divisor())
            * Grid.groups(resultWidth(), columns.divisor());
    int each = depthwise ? 1 : tile.rows();
    long tiles = Grid.groups(pixels, each);
    long others = sizes.groups() == 1 ? panels * phases() : phases();
    long wanted = Math.max(1, GROUPS / Math.max(1, others));
    int tilesOfGroup = (int) Math.max(1, Grid.groups(tiles, wanted));
    Stream<Argument> buffers =
        Stream.of(
            Argument.input(0),
            Argument.input(1),
            Argument.output(0),
            bias != null ? bias : Argument.output(0));
    Stream<Argument> rest =
        Stream.of(
            Argument.of(bias != null ? 1 : 0),
            Argument.of(activation.code()),
            Argument.real(sizes.dtype(), activation.slope()));
    launches.launch(
        depthwise ? "wide_depthwise" : "wide_convolution",
        depthwise ? "wide_depthwise" : "wide_convolution",
        new Grid(panels, Grid.groups(tiles, tilesOfGroup), phases(), 1, 1),
        Stream.of(
                buffers,
                shapes(depthwise).mapToObj(Argument::of),
                geometry().mapToObj(Argument::of),
                Stream.of(Argument.of(tilesOfGroup)),
                rest)
            .flatMap(arguments -> arguments)
            .toArray(Argument[]::new));
  }

  /** The images, in the order of the kernels' arguments. */
  private IntStream shapes(boolean depthwise) {
    int[] source =
        forward
            ? new int[] {sizes.height(), sizes.width(), sizes.channels()}
            : new int[] {sizes.outputHeight(), sizes.outputWidth(), sizes.filters()};
    IntStream shared =
        IntStream.of(sizes.batch(), source[0], source[1], source[2], resultHeight(), resultWidth());
    return depthwise
        ? shared
        : IntStream.concat(
            shared, IntStream.of(forward ? sizes.filters() : sizes.channels(), sizes.groups()));
  }

  /** The filter, in the order of the kernels' arguments. */
  private IntStream geometry() {
    return IntStream.of(
        rows.size(),
        columns.size(),
        rows.stride(),
        columns.stride(),
        rows.offset(),
        columns.offset(),
        rows.dilation(),
        columns.dilation(),
        rows.divisor(),
        columns.divisor(),
        phasesOfColumns(),
        rows.tapStep(),
        columns.tapStep(),
        rows.sourceStep(),
        columns.sourceStep());
  }
}
