package dev.cambium.gpu;

import static dev.cambium.gpu.Argument.input;
import static dev.cambium.gpu.Argument.output;
import static dev.cambium.gpu.Argument.scratch;

import dev.cambium.op.Activation;
import dev.cambium.op.BatchNormBackward;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/**
 * {@link BatchNormBackward} in two walks over dy and x: the sums of blocks of rows, which are
 * merged, then dx. The ReLU's derivative is found from x and our cache, so that y is not read;
 * where the cache is not ours, it is read off y.
 */
final class GpuBatchNormBackward {
  private static final int SUMS = 2;

  private final GpuKernel.Builder kernel;
  private final BatchNormBackward op;
  private final ChannelRows x;
  private final Argument y;
  private final Argument scales;
  private final Argument rectified;

  private GpuBatchNormBackward(GpuPlatform gpu, BatchNormBackward op, List<ValueType> inputs) {
    this.op = op;
    x = ChannelRows.of(gpu, (TensorType) inputs.get(1));
    kernel = gpu.kernel().scratch(x.scratch(SUMS));
    boolean relu = op.activation().equals(Activation.RELU);
    boolean ours = relu && new NormScales(x.dtype(), x.channels()).equals(inputs.get(6));
    rectified = Argument.of(!relu ? 0 : ours ? 2 : 1);
    // What is not read is given another buffer, which is not read either.
    y = input(relu && !ours ? 2 : 1);
    scales = input(ours ? 6 : 4);
    if (!relu || ours) {
      kernel.ignores(2);
    }
    if (!ours) {
      kernel.ignores(6);
    }
  }

  static Prepared prepare(GpuPlatform gpu, BatchNormBackward op, List<ValueType> inputs) {
    GpuBatchNormBackward backward = new GpuBatchNormBackward(gpu, op, inputs);
    if (gpu.isWide()) {
      backward.wide();
    } else {
      backward.tiled();
    }
    return backward.kernel.build();
  }

  private void wide() {
    GpuProgram program = x.gpu().program("wide_batchnorm_gradient", x.dtype());
    sums(program, "wide_batchnorm_gradient_sums");
    kernel.launch(
        program,
        "wide_batchnorm_gradient",
        x.grid(),
        input(0),
        input(1),
        y,
        input(3),
        input(4),
        input(5),
        scales,
        scratch(0),
        output(0),
        output(1),
        output(2),
        x.count(),
        x.rows(),
        x.each(),
        x.blockCount(),
        rectified,
        x.real(op.epsilon()));
  }

  private void tiled() {
    GpuProgram program = x.gpu().program("batchnorm_gradient", x.dtype());
    sums(program, "batchnorm_gradient_sums");
    kernel
        .launch(
            program,
            "batchnorm_gradient_merge",
            x.line(),
            scratch(0),
            input(5),
            output(1),
            output(2),
            x.count(),
            x.blockCount(),
            x.real(op.epsilon()))
        .launch(
            program,
            "batchnorm_gradient",
            x.grid(),
            input(0),
            input(1),
            y,
            input(3),
            input(4),
            input(5),
            scales,
            output(1),
            output(2),
            output(0),
            x.count(),
            x.rows(),
            x.each(),
            rectified,
            x.real(1.0 / x.blocks().rows()),
            x.real(op.epsilon()));
  }

  private void sums(GpuProgram program, String function) {
    kernel.launch(
        program,
        function,
        x.grid(),
        input(0),
        input(1),
        y,
        input(4),
        scales,
        scratch(0),
        x.count(),
        x.rows(),
        x.each(),
        rectified);
  }
}
