package dev.cambium.opencl;

import dev.cambium.gpu.GpuException;
import dev.cambium.gpu.GpuFaults;

/** Turns the codes of one context into exceptions, and remembers when its device was lost. */
final class OpenClFaults extends GpuFaults {
  /** With what to call the device. */
  OpenClFaults(String device) {
    super(device);
  }

  @Override
  protected GpuException failure(int status, String call, boolean waited) {
    return OpenClStatus.failure(status, call, device(), waited);
  }
}
