package dev.cambium.cuda;

import static jcuda.driver.CUresult.CUDA_SUCCESS;

import dev.cambium.gpu.DeviceLostException;
import dev.cambium.gpu.GpuException;
import dev.cambium.spi.OutOfMemoryException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns the codes of one context into exceptions, and remembers when its device was lost. */
final class CudaFaults {
  private static final Logger LOG = LoggerFactory.getLogger(CudaFaults.class);

  private final String device;
  private DeviceLostException loss;

  /** With what to call the device. */
  CudaFaults(String device) {
    this.device = device;
  }

  /** The device's name. */
  String device() {
    return device;
  }

  /** Throws unless a call succeeded. */
  void check(int status, String call) {
    if (status != CUDA_SUCCESS) {
      throw noted(CudaStatus.failure(status, call, device, false));
    }
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

  /** Throws unless a call that waits, and so what was given to the device before, succeeded. */
  void checkFinished(int status, String call) {
    if (status != CUDA_SUCCESS) {
      throw noted(CudaStatus.failure(status, call, device, true));
    }
  }

  /** What a code other than success becomes, for the caller to throw. */
  GpuException failure(int status, String call) {
    return noted(CudaStatus.failure(status, call, device, false));
  }

  /**
   * Whether there is pinned memory, without which copies are slower.
   *
   * @param status that of its allocation, where a fault of earlier work may surface
   */
  boolean hasPinned(int status) {
    if (CudaStatus.isOutOfMemory(status)) {
      LOG.debug("the host has no pinned memory left for {}", device);
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

  /** Throws when the device was lost before. */
  void requireDevice() {
    if (loss != null) {
      throw new DeviceLostException(loss.getMessage(), loss);
    }
  }

  private GpuException noted(GpuException failure) {
    if (failure instanceof DeviceLostException lost) {
      loss = lost;
    }
    return failure;
  }
}
