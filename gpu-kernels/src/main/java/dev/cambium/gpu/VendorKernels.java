package dev.cambium.gpu;

import java.util.List;

/**
 * What libraries of a device's maker compute on it, for {@link GpuBackend} to choose from. Each
 * method is given sizes that are all at least 1, and offers the ways to compute exactly what it
 * says, the most promising first; none where the libraries cannot, or would do something else. An
 * offer computes the same from the same operands each time, and can be recorded, see {@link
 * GpuContext#record}. Results are not read before they are written.
 *
 * <p>Called by one thread at a time. A method throws {@link VendorException} when a library does
 * not work at all.
 */
public interface VendorKernels extends AutoCloseable {
  /** No libraries. */
  VendorKernels NONE = new VendorKernels() {};

  /**
   * All that decides what is offered and how fast it is, beside the device and its driver: the
   * libraries' versions and settings; empty when there are none.
   */
  default String version() {
    return "";
  }

  /** Y from A and B. */
  default List<VendorKernel> product(MatrixProduct product) {
    return List.of();
  }

  /** y from x and w: sums of products, without bias and activation. */
  default List<VendorKernel> convolution(ConvolutionProblem problem) {
    return List.of();
  }

  /** dx from dy and w. */
  default List<VendorKernel> convolutionBackwardData(ConvolutionProblem problem) {
    return List.of();
  }

  /** dw from x and dy. */
  default List<VendorKernel> convolutionBackwardWeights(ConvolutionProblem problem) {
    return List.of();
  }

  /**
   * From x, gamma [C] and beta [C]: y, the batch's mean [C], then 1 / sqrt(variance + epsilon) [C]
   * with the biased variance; and, into two tensors [C] that are 0 before, the mean and the
   * unbiased variance, which is M / (M - 1) times the biased one.
   */
  default List<VendorKernel> batchNormTraining(VendorNorm norm) {
    return List.of();
  }

  /**
   * From dy, x, gamma, mean and 1 / sqrt(variance + epsilon), the last three [C]: dx, dgamma [C],
   * dbeta [C].
   */
  default List<VendorKernel> batchNormBackward(VendorNorm norm) {
    return List.of();
  }

  /** y from x. */
  default List<VendorKernel> averagePooling(VendorPooling pooling) {
    return List.of();
  }

  /** dx from dy. */
  default List<VendorKernel> averagePoolingBackward(VendorPooling pooling) {
    return List.of();
  }

  /** Frees what they hold, and every kernel that is still open, while the context is. */
  @Override
  default void close() {}
}
