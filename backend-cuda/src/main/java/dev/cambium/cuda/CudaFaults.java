package dev.cambium.cuda;

import static jcuda.driver.CUresult.CUDA_SUCCESS;

import dev.cambium.gpu.GpuException;
import dev.cambium.gpu.GpuFaults;
import dev.cambium.spi.OutOfMemoryException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns the codes of one context into exceptions, and remembers when its device was lost. */
final class CudaFaults extends GpuFaults {
  private static final Logger LOG = LoggerFactory.getLogger(CudaFaults.class);

  /** With what to call the device. */
  CudaFaults(String device) {
    super(device);
  }

  @Override
  protected GpuException failure(int status, String call, boolean waited) {
    return CudaStatus.failure(status, call, device(), waited);
  }

  /**
   * Throws unless a call succeeded that needs memory of the device, as a launch does for its stack
   * and a program for its code.
   *
   * @throws OutOfMemoryException when the device has none for it; nothing was done then
   */
  void checkRoom(int status, String call) {
    if (CudaStatus.isOutOfMemory(status)) {
      throw new OutOfMemoryException(failure(status, call).getMessage());
    }
    check(status, call);
  }

  /**
   * Whether there is pinned memory, without which copies are slower.
   *
   * @param status that of its allocation, where a fault of earlier work may surface
   */
  boolean hasPinned(int status) {
    if (CudaStatus.isOutOfMemory(status)) {
      LOG.debug("the host has no pinned memory left for {}", device());
      return false;
    }
    check(status, "cuMemHostAlloc");
    return true;
  }

  /** Takes note of a loss, where a call that frees something reports what went wrong before. */
  void note(int status, String call) {
    if (status != CUDA_SUCCESS) {
      LOG.debug("{}", failure(status, call).getMessage());
    }
  }
}
