package dev.cambium.opencl;

import dev.cambium.gpu.GpuContext;
import dev.cambium.gpu.GpuContextContract;

/** A device of OpenCL as every backend for GPUs uses one. */
class OpenClContractTest extends GpuContextContract {
  @Override
  protected GpuContext open() {
    return TestDevice.open();
  }
}
