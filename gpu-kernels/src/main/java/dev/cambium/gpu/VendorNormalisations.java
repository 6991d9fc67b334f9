package dev.cambium.gpu;

import dev.cambium.op.Activation;
import dev.cambium.op.BatchNormBackward;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/**
 * Batch normalisation by a library of the device's maker where it is chosen: without activation
 * only, as ours applies one in the same walk and the library would take another; and not with given
 * statistics, as that may happen in place, which the library does not promise.
 */
final class VendorNormalisations {
  private VendorNormalisations() {}

  static Prepared training(GpuPlatform gpu, BatchNormTraining op, List<ValueType> inputs) {
    Prepared own = GpuBatchNormTraining.prepare(gpu, op, inputs);
    if (!op.activation().equals(Activation.NONE)) {
      return own;
    }
    VendorNorm norm = VendorNorm.of((TensorType) inputs.get(0), op.epsilon());
    return gpu.vendor()
        .choose(
            op,
            inputs,
            own,
            new VendorOffer(
                "batch norm " + norm,
                List.of(libraries -> libraries.batchNormTraining(norm)),
                library -> training(gpu, library, norm)));
  }

  /** The library's variance is the unbiased one, into which it mixes what was there before. */
  private static GpuKernel.Builder training(
      GpuPlatform gpu, VendorKernel library, VendorNorm norm) {
    DType dtype = norm.dtype();
    int channels = norm.channels();
    long row = TiledSums.aligned(channels, dtype);
    Argument inverse = Argument.scratch(0);
    Argument running = Argument.scratch(row);
    Argument variance = Argument.scratch(2 * row);
    long both = row / dtype.bytes() + channels;
    GpuKernel.Builder kernel = gpu.kernel();
    GpuFill.zeros(kernel, dtype, running, both);
    kernel.call(
        library,
        3 * row,
        Argument.input(0),
        Argument.input(1),
        Argument.input(2),
        Argument.output(0),
        Argument.output(1),
        inverse,
        running,
        variance);
    double biased = (norm.count() - 1.0) / norm.count();
    GpuAffine.launch(kernel, gpu, dtype, channels, variance, Argument.output(2), biased, 0);
    return kernel.scratch(3 * row + library.workspaceBytes());
  }

  static Prepared backward(GpuPlatform gpu, BatchNormBackward op, List<ValueType> inputs) {
    Prepared own = GpuBatchNormBackward.prepare(gpu, op, inputs);
    if (!op.activation().equals(Activation.NONE)) {
      return own;
    }
    VendorNorm norm = VendorNorm.of((TensorType) inputs.get(1), op.epsilon());
    return gpu.vendor()
        .choose(
            op,
            inputs,
            own,
            new VendorOffer(
                "batch norm gradient " + norm,
                List.of(libraries -> libraries.batchNormBackward(norm)),
                library -> backward(gpu, library, norm),
                true));
  }

  /** The library wants 1 / sqrt(variance + epsilon). */
  private static GpuKernel.Builder backward(
      GpuPlatform gpu, VendorKernel library, VendorNorm norm) {
    DType dtype = norm.dtype();
    int channels = norm.channels();
    Argument inverse = Argument.scratch(0);
    GpuKernel.Builder kernel = gpu.kernel().ignores(2).ignores(6);
    GpuAffine.launch(kernel, gpu, dtype, channels, Argument.input(5), inverse, 1, norm.epsilon());
    GpuElementwise.launch(kernel, gpu, "unary_sqrt", dtype, channels, inverse, inverse);
    GpuElementwise.launch(kernel, gpu, "unary_reciprocal", dtype, channels, inverse, inverse);
    long workspace = TiledSums.aligned(channels, dtype);
    kernel.call(
        library,
        workspace,
        Argument.input(0),
        Argument.input(1),
        Argument.input(3),
        Argument.input(4),
        inverse,
        Argument.output(0),
        Argument.output(1),
        Argument.output(2));
    return kernel.scratch(workspace + library.workspaceBytes());
  }
}
