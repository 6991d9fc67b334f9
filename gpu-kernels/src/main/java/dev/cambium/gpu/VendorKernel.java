package dev.cambium.gpu;

/** One way in which a library of the device's maker computes something of {@link VendorKernels}. */
public interface VendorKernel extends AutoCloseable {
  /** The library, as people know it. */
  String library();

  /** The way, without blanks; with the library it tells this from all others that were offered. */
  String algorithm();

  /** The working memory that it needs. */
  long workspaceBytes();

  /**
   * Gives it to the device, in order with everything else, without waiting.
   *
   * @param memories where the tensors lie, in the order in which {@link VendorKernels} names them,
   *     then the working memory if it needs one
   * @param offsets the first byte of each, a multiple of 512 unless it is working memory
   * @throws VendorException when the library does not do it; the device has done nothing then, or
   *     has written to results and working memory alone
   */
  void run(GpuMemory[] memories, long[] offsets);

  /** Frees what the preparation made. A second call does nothing. */
  @Override
  void close();
}
