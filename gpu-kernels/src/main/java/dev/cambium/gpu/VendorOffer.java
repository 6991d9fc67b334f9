package dev.cambium.gpu;

import java.util.List;
import java.util.function.Function;

/**
 * How an operation can be computed by the libraries of a device's maker.
 *
 * @param asks what the libraries are asked for, the most promising first
 * @param around the kernel of the operation that calls one of their answers
 * @param isSquared whether an input is a variance, which is not negative
 */
record VendorOffer(
    List<Function<VendorKernels, List<VendorKernel>>> asks,
    Function<VendorKernel, GpuKernel.Builder> around,
    boolean isSquared) {

  /** Of an operation without variances. */
  VendorOffer(
      List<Function<VendorKernels, List<VendorKernel>>> asks,
      Function<VendorKernel, GpuKernel.Builder> around) {
    this(asks, around, false);
  }
}
