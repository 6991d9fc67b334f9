package dev.cambium.gpu;

import dev.cambium.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** The products by which the tiles of {@link TiledFamily} are measured on a device. */
final class TiledWorkloads {
  private static final DType DTYPE = TuningRun.DTYPE;

  private TiledWorkloads() {}

  /** Images at a time: fewer on a processor, where everything takes longer. */
  private static int batch(GpuPlatform gpu) {
    return gpu.device().isProcessor() ? 8 : 128;
  }

  /** The products of the nets that come with Cambium, and square ones. */
  static List<TuningWorkload<Tile>> all(GpuPlatform gpu) {
    int batch = batch(gpu);
    List<TuningWorkload<Tile>> all = new ArrayList<>();
    int large = gpu.device().isProcessor() ? 512 : 1024;
    all.add(product(gpu, MatrixProduct.of(DTYPE, large, large, large, false, false)));
    all.add(product(gpu, MatrixProduct.of(DTYPE, batch, 256, 4096, false, true)));
    all.add(product(gpu, MatrixProduct.of(DTYPE, batch, 4096, 256, false, false)));
    all.add(product(gpu, MatrixProduct.of(DTYPE, batch, 10, 256, false, true)));
    all.add(product(gpu, MatrixProduct.of(DTYPE, batch, 256, 10, false, false)));
    weights(all, gpu, convolution(batch, 4096, 1, 256, 1, 1));
    // The layers of convnet, of resnet20 and of lenet.
    int[][] layers = {
      {3, 32, 32, 3, 1},
      {32, 32, 32, 3, 1},
      {32, 16, 64, 3, 1},
      {64, 16, 64, 3, 1},
      {16, 32, 16, 3, 1},
      {16, 32, 32, 3, 2},
      {32, 16, 32, 3, 1},
      {64, 8, 64, 3, 1},
      {128, 16, 128, 3, 1},
      {1, 28, 6, 5, 1},
      {6, 14, 16, 5, 1}
    };
    for (int[] layer : layers) {
      ConvolutionProblem p = convolution(batch, layer[0], layer[1], layer[2], layer[3], layer[4]);
      forward(all, gpu, p);
      if (p.channels() > 3) {
        backwardData(all, gpu, p);
      }
      weights(all, gpu, p);
    }
    return all;
  }

  private static ConvolutionProblem convolution(
      int batch, int channels, int side, int filters, int kernel, int stride) {
    int padding = kernel / 2;
    int output = (side + 2 * padding - kernel) / stride + 1;
    return new ConvolutionProblem(
        DTYPE, batch, channels, side, side, filters, kernel, kernel, output, output, stride, stride,
        padding, padding, 1, 1, 1);
  }

  private static TuningWorkload<Tile> product(GpuPlatform gpu, MatrixProduct p) {
    return workload(
        gpu,
        TiledFamily.PRODUCT,
        ProductSize.of(p),
        List.of((long) p.m() * p.k(), (long) p.n() * p.k()),
        List.of(p.results()),
        tiling -> TiledProduct.launch(gpu, tiling, p, Epilogue.NONE).build());
  }

  private static void forward(
      List<TuningWorkload<Tile>> all, GpuPlatform gpu, ConvolutionProblem p) {
    all.add(
        workload(
            gpu,
            TiledFamily.CONVOLUTION,
            ProductSize.forward(p),
            List.of(x(p), w(p)),
            List.of(y(p)),
            tiling -> TiledConvolution.launch(gpu, tiling, p, Epilogue.NONE).build()));
  }

  private static void backwardData(
      List<TuningWorkload<Tile>> all, GpuPlatform gpu, ConvolutionProblem p) {
    all.add(
        workload(
            gpu,
            TiledFamily.BACKWARD_DATA,
            ProductSize.backwardData(p),
            List.of(y(p), w(p)),
            List.of(x(p)),
            tiling -> TiledConvolutionBackwardData.launch(gpu, tiling, p).build()));
  }

  private static void weights(
      List<TuningWorkload<Tile>> all, GpuPlatform gpu, ConvolutionProblem p) {
    all.add(
        workload(
            gpu,
            TiledFamily.BACKWARD_WEIGHTS,
            ProductSize.backwardWeights(p),
            List.of(x(p), y(p)),
            List.of(w(p), (long) p.filters()),
            tiling -> TiledConvolutionBackwardWeights.launch(gpu, tiling, p, true).build()));
  }

  /** Products for which the shape suggests the same tile are one subject. */
  private static TuningWorkload<Tile> workload(
      GpuPlatform gpu,
      TiledFamily family,
      ProductSize size,
      List<Long> inputs,
      List<Long> outputs,
      Function<Tiling, GpuKernel> kernel) {
    GpuDevice device = gpu.device();
    return new TuningWorkload<>(
        subject(family, family.byDefault(size, device), device),
        size,
        size.operations(),
        inputs,
        outputs,
        tile -> kernel.apply(Tiling.of(size, tile, device)));
  }

  /** The choice of a tile for products for which the shape suggests this one. */
  static TuningSubject<Tile> subject(TiledFamily family, Tile byDefault, GpuDevice device) {
    List<Tile> candidates = new ArrayList<>(List.of(byDefault));
    for (Tile tile : family.tiles()) {
      if (tile != byDefault && family.runs(tile, device, DTYPE)) {
        candidates.add(tile);
      }
    }
    String words = byDefault.name().toLowerCase(Locale.ROOT) + " " + family.words() + ", " + DTYPE;
    return new TuningSubject<>(GpuTuning.key(family, DTYPE, byDefault), words, candidates);
  }

  private static long x(ConvolutionProblem p) {
    return p.imagePixels() * p.channels();
  }

  private static long w(ConvolutionProblem p) {
    return (long) p.filters() * p.taps() * p.groupChannels();
  }

  private static long y(ConvolutionProblem p) {
    return p.outputPixels() * p.filters();
  }
}
