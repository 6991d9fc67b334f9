package dev.cambium.opencl;

import dev.cambium.gpu.GpuBackend;
import dev.cambium.gpu.GpuException;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendProvider;
import dev.cambium.spi.BackendUnavailableException;
import dev.cambium.spi.Probe;

/**
 * Makes the devices of OpenCL known as {@code opencl}: {@code opencl:0}, {@code opencl:1}, ..., or
 * {@code opencl:PART} with a part of the name of a platform, a vendor or a device. Settings: {@code
 * opencl.memoryLimit}, the bytes that it gives out at most; {@code opencl.cache}, the folder in
 * which compiled kernels are kept, or {@code off}; {@code opencl.kernels}, {@code wide} or {@code
 * tiled}, forces the kernels for processors or those for GPUs, of all operations; {@code
 * opencl.tuning}, the folder in which the fastest tiles are kept, or {@code off}; {@code leaks} =
 * {@code trace} warns about memory that was not closed.
 */
public final class OpenClProvider implements BackendProvider {
  /** Touches no native code. */
  public OpenClProvider() {}

  @Override
  public String name() {
    return "opencl";
  }

  @Override
  public Probe probe() {
    try {
      return Probe.available(OpenClDevices.find().listed());
    } catch (LinkageError | RuntimeException failed) {
      return Probe.unavailable(String.valueOf(failed.getMessage()));
    }
  }

  @Override
  public Backend open(BackendConfig config) {
    OpenClDevice device = OpenClDevices.find().choose(config.device());
    OpenClContext context = open(device, OpenClProgramCache.of(config, device));
    try {
      return new GpuBackend(context, config);
    } catch (RuntimeException failed) {
      context.close();
      throw failed;
    }
  }

  private static OpenClContext open(OpenClDevice device, OpenClProgramCache cache) {
    try {
      return new OpenClContext(device, cache);
    } catch (GpuException failed) {
      throw new BackendUnavailableException(
          device.description() + " cannot be opened: " + failed.getMessage(), failed);
    }
  }
}
