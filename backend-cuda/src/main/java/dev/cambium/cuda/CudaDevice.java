package dev.cambium.cuda;

import static jcuda.driver.CUcomputemode.CU_COMPUTEMODE_PROHIBITED;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_MODE;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT;
import static jcuda.driver.CUresult.CUDA_SUCCESS;

import dev.cambium.gpu.GpuDevice;
import dev.cambium.gpu.HostBytes;
import dev.cambium.spi.Device;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import jcuda.driver.CUdevice;

/**
 * A GPU, with what its driver says of it.
 *
 * @param handle the device's handle
 * @param about what all GPU backends know of a device
 * @param major the first number of its compute capability
 * @param minor the second one
 * @param driverVersion the version of CUDA that the driver supports, for example 12060 for 12.6
 * @param computeMode whom it lets in, see {@link jcuda.driver.CUcomputemode}
 * @param hasMemoryPools whether it gives memory in the order of a stream
 */
record CudaDevice(
    CUdevice handle,
    GpuDevice about,
    int major,
    int minor,
    int driverVersion,
    int computeMode,
    boolean hasMemoryPools) {
  /** The oldest compute capability for which the kernels are compiled, 7.5 (Turing). */
  private static final int LEAST_MAJOR = 7;

  private static final int LEAST_MINOR = 5;

  private static final int LONGEST_NAME = 256;

  /** Above every device of OpenCL, which may be the same GPU. */
  private static final int LEAST_SPEED = 300;

  /**
   * Asks the driver.
   *
   * @param driver the driver, which is initialised
   * @param index which of the devices that the process may see
   * @param handle the device's handle
   * @param driverVersion the version of CUDA that the driver supports
   */
  static CudaDevice of(CudaDriver driver, int index, CUdevice handle, int driverVersion) {
    long bytes = memory(driver, handle);
    GpuDevice about =
        new GpuDevice(
            "cuda",
            Integer.toString(index),
            name(driver, handle),
            "NVIDIA",
            versionWords(driverVersion),
            false,
            number(driver, handle, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT),
            number(driver, handle, CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK),
            number(driver, handle, CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK),
            bytes,
            bytes,
            true,
            Float.BYTES);
    return new CudaDevice(
        handle,
        about,
        number(driver, handle, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR),
        number(driver, handle, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR),
        driverVersion,
        number(driver, handle, CU_DEVICE_ATTRIBUTE_COMPUTE_MODE),
        number(driver, handle, CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED) != 0);
  }

  /** A version of CUDA in words: {@code CUDA 12.6} for 12060. */
  static String versionWords(int version) {
    return "CUDA " + version / 1000 + "." + version % 1000 / 10;
  }

  /** Why the backend cannot run on it; empty when it can. */
  Optional<String> refusal() {
    String why = null;
    if (major < LEAST_MAJOR || major == LEAST_MAJOR && minor < LEAST_MINOR) {
      why =
          "has compute capability "
              + capability()
              + ", the kernels need 7.5 (Turing) or newer: take a newer GPU, or the opencl backend";
    } else if (computeMode == CU_COMPUTEMODE_PROHIBITED) {
      why =
          "lets no program in, as its compute mode is 'Prohibited': allow it with 'nvidia-smi -c"
              + " DEFAULT' (with -i for one GPU, by the number that nvidia-smi has for it)";
    } else {
      why = about.refusal().orElse(null);
    }
    return Optional.ofNullable(why).map(reason -> about.name() + " " + reason);
  }

  /** How it ranks among all devices of the machine: the more multiprocessors, the faster. */
  int speed() {
    return LEAST_SPEED + about.computeUnits();
  }

  /** As the SPI lists it. */
  Device listed() {
    return listed("");
  }

  /** As the SPI lists it, with what else is to be said of it at the end of its description. */
  Device listed(String suffix) {
    return new Device(about.id(), description() + suffix, speed());
  }

  /** Name, compute capability, driver and sizes, for people. */
  String description() {
    return about.name()
        + ", compute capability "
        + capability()
        + ", driver for "
        + about.driver()
        + ", "
        + about.computeUnits()
        + (about.computeUnits() == 1 ? " multiprocessor, " : " multiprocessors, ")
        + HostBytes.words(about.globalBytes());
  }

  private String capability() {
    return major + "." + minor;
  }

  private static long memory(CudaDriver driver, CUdevice device) {
    long[] bytes = new long[1];
    return driver.deviceTotalMem(bytes, device) == CUDA_SUCCESS ? bytes[0] : 0;
  }

  private static int number(CudaDriver driver, CUdevice device, int attribute) {
    int[] value = new int[1];
    // A property that the driver does not know counts as zero.
    return driver.deviceGetAttribute(value, attribute, device) == CUDA_SUCCESS ? value[0] : 0;
  }

  private static String name(CudaDriver driver, CUdevice device) {
    byte[] bytes = new byte[LONGEST_NAME];
    if (driver.deviceGetName(bytes, device) != CUDA_SUCCESS) {
      return "GPU of an unknown name";
    }
    int length = 0;
    while (length < bytes.length && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8).strip();
  }
}
