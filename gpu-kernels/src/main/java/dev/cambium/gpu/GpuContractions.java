package dev.cambium.gpu;

import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.op.Linear;
import dev.cambium.op.LinearBackwardData;
import dev.cambium.op.LinearBackwardWeights;
import dev.cambium.op.MatMul;
import dev.cambium.spi.KernelTable;
import dev.cambium.spi.Tuning;
import java.util.function.Consumer;

/** The products of matrices and the convolutions. */
final class GpuContractions {
  private GpuContractions() {}

  /** Adds them to the table. */
  static void register(KernelTable table, GpuPlatform platform) {
    Contractions products = of(platform);
    table
        .put(Linear.class, products::linear)
        .put(LinearBackwardData.class, products::linearBackwardData)
        .put(LinearBackwardWeights.class, products::linearBackwardWeights)
        .put(MatMul.class, products::matMul)
        .put(Convolution.class, products::convolution)
        .put(ConvolutionBackwardData.class, products::convolutionBackwardData)
        .put(ConvolutionBackwardWeights.class, products::convolutionBackwardWeights);
  }

  /** Those that suit the device, or those that the setting {@code kernels} names. */
  static Contractions of(GpuPlatform platform) {
    GpuTuningFile file = GpuTuningFile.of(platform);
    GpuTuning tuning = file == null ? GpuTuning.NONE : file.read();
    if (platform.isWide()) {
      return new WideContractions(platform, tuning.wideTile(platform.device()));
    }
    TiledContractions ours = new TiledContractions(platform, tuning);
    return platform.vendor().isOff() ? ours : new VendorContractions(platform, ours);
  }

  /** Measures the variants on the device, and keeps the fastest where later runs find them. */
  static Tuning tune(GpuBackend backend, Consumer<Tuning.Trial> progress) {
    GpuPlatform platform = backend.platform();
    GpuTuningFile file = GpuTuningFile.of(platform);
    Tuning tuned =
        platform.isWide()
            ? new VariantTuner<>(backend, WideWorkloads.all(platform), progress)
                .tune(file, GpuTuning::withWide)
            : new VariantTuner<>(backend, TiledWorkloads.all(platform), progress)
                .tune(file, GpuTuning::withTiles);
    platform.vendor().forget();
    return tuned;
  }
}
