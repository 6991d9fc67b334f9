package dev.cambium.gpu;

import static dev.cambium.gpu.Argument.input;
import static dev.cambium.gpu.Argument.output;

import dev.cambium.op.BatchNormInference;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** {@link BatchNormInference} in one walk over x. */
final class GpuBatchNormInference {
  private GpuBatchNormInference() {}

  static Prepared prepare(GpuPlatform gpu, BatchNormInference op, List<ValueType> inputs) {
    ChannelRows x = ChannelRows.of(gpu, (TensorType) inputs.get(0));
    String kind = gpu.isWide() ? "wide_" : "";
    return gpu.kernel()
        .launch(
            gpu.program(kind + "batchnorm", x.dtype()),
            kind + "batchnorm_inference",
            x.grid(),
            input(0),
            input(1),
            input(2),
            input(3),
            input(4),
            output(0),
            x.count(),
            x.rows(),
            x.each(),
            x.real(op.epsilon()),
            ChannelRows.number(op.activation()),
            x.real(GpuActivation.of(op.activation()).slope()))
        .build();
  }
}
