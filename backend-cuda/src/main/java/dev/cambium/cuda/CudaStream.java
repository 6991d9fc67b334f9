package dev.cambium.cuda;

import jcuda.driver.CUstream;

/** A stream whose handle can be given to libraries that JCuda does not know. */
final class CudaStream extends CUstream {
  CudaStream() {}

  /** The handle, a {@code CUstream} of C. */
  long address() {
    return getNativePointer();
  }
}
