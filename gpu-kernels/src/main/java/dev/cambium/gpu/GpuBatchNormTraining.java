package dev.cambium.gpu;

import static dev.cambium.gpu.Argument.input;
import static dev.cambium.gpu.Argument.output;
import static dev.cambium.gpu.Argument.scratch;

import dev.cambium.op.Activation;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/**
 * {@link BatchNormTraining} in two walks over x: the moments of blocks of rows, which are merged,
 * then y. With a ReLU its cache are the {@link NormScales}, which no gradient reads without one.
 */
final class GpuBatchNormTraining {
  private static final int MOMENTS = 3;

  private GpuBatchNormTraining() {}

  static Prepared prepare(GpuPlatform gpu, BatchNormTraining op, List<ValueType> inputs) {
    ChannelRows x = ChannelRows.of(gpu, (TensorType) inputs.get(0));
    NormScales kept = new NormScales(x.dtype(), x.channels());
    GpuKernel.Builder kernel = gpu.kernel();
    Argument scales;
    if (op.activation().equals(Activation.RELU)) {
      kernel.scratch(x.scratch(MOMENTS)).cache(3, kept);
      scales = output(3);
    } else {
      long moments = Grid.groups(x.scratch(MOMENTS), Backend.ALIGNMENT) * Backend.ALIGNMENT;
      kernel.scratch(moments + kept.bytes());
      scales = scratch(moments);
    }
    if (gpu.isWide()) {
      wide(kernel, op, x, scales);
    } else {
      tiled(kernel, op, x, scales);
    }
    return kernel.build();
  }

  private static void wide(
      GpuKernel.Builder kernel, BatchNormTraining op, ChannelRows x, Argument scales) {
    GpuProgram program = x.gpu().program("wide_batchnorm", x.dtype());
    kernel
        .launch(
            program,
            "wide_batchnorm_moments",
            x.grid(),
            input(0),
            scratch(0),
            x.count(),
            x.rows(),
            x.each())
        .launch(
            program,
            "wide_batchnorm_normalise",
            x.grid(),
            input(0),
            scratch(0),
            input(1),
            input(2),
            output(0),
            output(1),
            output(2),
            scales,
            x.count(),
            x.rows(),
            x.each(),
            x.blockCount(),
            x.real(op.epsilon()),
            ChannelRows.number(op.activation()));
  }

  private static void tiled(
      GpuKernel.Builder kernel, BatchNormTraining op, ChannelRows x, Argument scales) {
    GpuProgram program = x.gpu().program("batchnorm", x.dtype());
    kernel
        .launch(
            program,
            "batchnorm_moments",
            x.grid(),
            input(0),
            scratch(0),
            x.count(),
            x.rows(),
            x.each())
        .launch(
            program,
            "batchnorm_merge",
            x.line(),
            scratch(0),
            input(1),
            input(2),
            output(1),
            output(2),
            scales,
            x.count(),
            x.rows(),
            x.each(),
            x.blockCount(),
            x.real(1.0 / x.blocks().rows()),
            x.real(op.epsilon()))
        .launch(
            program,
            "batchnorm_normalise",
            x.grid(),
            input(0),
            output(1),
            scales,
            output(0),
            x.count(),
            x.rows(),
            x.each(),
            ChannelRows.number(op.activation()));
  }
}
