package dev.cambium.gpu;

import java.util.List;
import java.util.function.Function;

/**
 * How an operation can be computed by the libraries of a device's maker.
 *
 * @param asks what the libraries are asked for, the most promising first
 * @param around the kernel of the operation that calls one of their answers
 * @param mayAlias whether output 0 of the operation may be input 0
 * @param isSquared whether an input is a variance, which is not negative
 */
record VendorOffer(
    List<Function<VendorKernels, List<VendorKernel>>> asks,
    Function<VendorKernel, GpuKernel.Builder> around,
    boolean mayAlias,
    boolean isSquared) {

  /** Of an operation whose results are none of its inputs. */
  VendorOffer(
      List<Function<VendorKernels, List<VendorKernel>>> asks,
      Function<VendorKernel, GpuKernel.Builder> around) {
    this(asks, around, false, false);
  }
}
