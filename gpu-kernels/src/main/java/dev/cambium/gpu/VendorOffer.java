package dev.cambium.gpu;

import java.util.List;
import java.util.function.Function;

/**
 * How an operation can be computed by the libraries of a device's maker.
 *
 * @param problem what is computed, in words that are the same with and without bias and activation:
 *     a choice is one of all operations with the same, as fusing them must not change a bit
 * @param asks what the libraries are asked for, the most promising first
 * @param around the kernel of the operation that calls one of their answers
 * @param isSquared whether an input is a variance, which is not negative
 */
record VendorOffer(
    String problem,
    List<Function<VendorKernels, List<VendorKernel>>> asks,
    Function<VendorKernel, GpuKernel.Builder> around,
    boolean isSquared) {

  /** Of an operation that takes any numbers. */
  VendorOffer(
      String problem,
      List<Function<VendorKernels, List<VendorKernel>>> asks,
      Function<VendorKernel, GpuKernel.Builder> around) {
    this(problem, asks, around, false);
  }
}
