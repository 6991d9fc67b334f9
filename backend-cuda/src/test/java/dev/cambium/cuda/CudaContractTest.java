package dev.cambium.cuda;

import dev.cambium.gpu.GpuContext;
import dev.cambium.gpu.GpuContextContract;
import java.util.Map;

/** A device of CUDA, on a driver that records, as every backend for GPUs uses one. */
class CudaContractTest extends GpuContextContract {
  @Override
  protected GpuContext open() {
    RecordingDriver driver = new RecordingDriver(RecordingDevice.h200());
    OnCudaContext.defineKernels(driver);
    driver.init();
    return OnCudaContext.context(driver, 0, Map.of());
  }
}
