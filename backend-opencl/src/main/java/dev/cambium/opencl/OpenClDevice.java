package dev.cambium.opencl;

import static org.jocl.CL.CL_DEVICE_AVAILABLE;
import static org.jocl.CL.CL_DEVICE_COMPILER_AVAILABLE;
import static org.jocl.CL.CL_DEVICE_DOUBLE_FP_CONFIG;
import static org.jocl.CL.CL_DEVICE_ENDIAN_LITTLE;
import static org.jocl.CL.CL_DEVICE_GLOBAL_MEM_SIZE;
import static org.jocl.CL.CL_DEVICE_LOCAL_MEM_SIZE;
import static org.jocl.CL.CL_DEVICE_MAX_COMPUTE_UNITS;
import static org.jocl.CL.CL_DEVICE_MAX_MEM_ALLOC_SIZE;
import static org.jocl.CL.CL_DEVICE_MAX_WORK_GROUP_SIZE;
import static org.jocl.CL.CL_DEVICE_MEM_BASE_ADDR_ALIGN;
import static org.jocl.CL.CL_DEVICE_NAME;
import static org.jocl.CL.CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT;
import static org.jocl.CL.CL_DEVICE_SINGLE_FP_CONFIG;
import static org.jocl.CL.CL_DEVICE_TYPE;
import static org.jocl.CL.CL_DEVICE_TYPE_ACCELERATOR;
import static org.jocl.CL.CL_DEVICE_TYPE_CPU;
import static org.jocl.CL.CL_DEVICE_TYPE_GPU;
import static org.jocl.CL.CL_DEVICE_VENDOR;
import static org.jocl.CL.CL_DEVICE_VERSION;
import static org.jocl.CL.CL_DRIVER_VERSION;
import static org.jocl.CL.CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT;
import static org.jocl.CL.CL_PLATFORM_NAME;
import static org.jocl.CL.CL_PLATFORM_VERSION;
import static org.jocl.CL.CL_SUCCESS;
import static org.jocl.CL.clGetDeviceInfo;
import static org.jocl.CL.clGetPlatformInfo;

import dev.cambium.gpu.GpuDevice;
import dev.cambium.gpu.HostBytes;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Device;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jocl.Pointer;
import org.jocl.cl_device_id;
import org.jocl.cl_platform_id;

/**
 * A device of a platform, with what its driver says of it.
 *
 * @param platform the platform's handle
 * @param handle the device's handle
 * @param platformName the platform's name
 * @param platformVersion the platform's version
 * @param version the version of OpenCL, as the device gives it
 * @param type the bits of {@code CL_DEVICE_TYPE}
 * @param roundsDivision whether division and square root of floats can be asked to round correctly
 * @param alignment of how many bytes the beginning of a sub-buffer must be a multiple
 * @param about what all GPU backends know of a device
 */
record OpenClDevice(
    cl_platform_id platform,
    cl_device_id handle,
    String platformName,
    String platformVersion,
    String version,
    long type,
    boolean roundsDivision,
    long alignment,
    GpuDevice about) {
  private static final Pattern VERSION = Pattern.compile("OpenCL (\\d+)\\.(\\d+).*");

  /** Asks the driver. */
  static OpenClDevice of(int id, cl_platform_id platform, cl_device_id device) {
    long type = number(device, CL_DEVICE_TYPE);
    GpuDevice about =
        new GpuDevice(
            "opencl",
            Integer.toString(id),
            text(device, CL_DEVICE_NAME),
            text(device, CL_DEVICE_VENDOR),
            text(device, CL_DRIVER_VERSION),
            (type & CL_DEVICE_TYPE_CPU) != 0,
            (int) number(device, CL_DEVICE_MAX_COMPUTE_UNITS),
            (int) Math.min(Integer.MAX_VALUE, number(device, CL_DEVICE_MAX_WORK_GROUP_SIZE)),
            number(device, CL_DEVICE_LOCAL_MEM_SIZE),
            number(device, CL_DEVICE_GLOBAL_MEM_SIZE),
            number(device, CL_DEVICE_MAX_MEM_ALLOC_SIZE),
            number(device, CL_DEVICE_DOUBLE_FP_CONFIG) != 0,
            Float.BYTES * (int) number(device, CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT));
    return new OpenClDevice(
        platform,
        device,
        text(platform, CL_PLATFORM_NAME),
        text(platform, CL_PLATFORM_VERSION),
        text(device, CL_DEVICE_VERSION),
        type,
        (number(device, CL_DEVICE_SINGLE_FP_CONFIG) & CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT) != 0,
        number(device, CL_DEVICE_MEM_BASE_ADDR_ALIGN) / Byte.SIZE,
        about);
  }

  /** Why the backend cannot run on it; empty when it can. */
  Optional<String> refusal() {
    Matcher numbers = VERSION.matcher(version);
    boolean known = numbers.matches();
    int major = known ? Integer.parseInt(numbers.group(1)) : 0;
    int minor = known ? Integer.parseInt(numbers.group(2)) : 0;
    String why = null;
    if (major < 1 || major == 1 && minor < 2) {
      why = "has '" + version + "', OpenCL 1.2 or newer is needed: update its driver";
    } else if (number(handle, CL_DEVICE_AVAILABLE) == 0) {
      why = "is not available now: another program may hold it";
    } else if (number(handle, CL_DEVICE_COMPILER_AVAILABLE) == 0) {
      why = "has no compiler for kernels: it takes compiled programs only";
    } else if (number(handle, CL_DEVICE_ENDIAN_LITTLE) == 0) {
      why = "is big-endian: only little-endian devices are supported";
    } else if (alignment > Backend.ALIGNMENT) {
      why =
          "wants memory at multiples of "
              + alignment
              + " bytes, this backend places values at multiples of "
              + Backend.ALIGNMENT;
    } else {
      why = about.refusal().orElse(null);
    }
    return Optional.ofNullable(why).map(reason -> about.name() + " " + reason);
  }

  /** How it ranks among all devices of the machine. */
  int speed() {
    if ((type & CL_DEVICE_TYPE_GPU) != 0) {
      return 100 + Math.min(99, about.computeUnits());
    }
    return (type & CL_DEVICE_TYPE_ACCELERATOR) != 0 ? 50 : 5;
  }

  /** Whether it is a processor, or whatever else, under the Portable Computing Language. */
  boolean isPocl() {
    return platformName.equals("Portable Computing Language");
  }

  /** As the SPI lists it. */
  Device listed() {
    return new Device(about.id(), description(), speed());
  }

  /** Name, vendor, platform, driver and sizes, for people. */
  String description() {
    return about.name()
        + " ("
        + about.vendor()
        + "), "
        + platformName
        + ", driver "
        + about.driver()
        + ", "
        + about.computeUnits()
        + (about.computeUnits() == 1 ? " unit, " : " units, ")
        + HostBytes.words(about.globalBytes());
  }

  private static long number(cl_device_id device, int what) {
    long[] value = new long[1];
    // A property that the device does not know counts as zero; smaller ones fill the low bytes.
    return clGetDeviceInfo(device, what, Long.BYTES, Pointer.to(value), null) == CL_SUCCESS
        ? value[0]
        : 0;
  }

  private static String text(cl_device_id device, int what) {
    return text((size, to, length) -> clGetDeviceInfo(device, what, size, to, length));
  }

  private static String text(cl_platform_id platform, int what) {
    return text((size, to, length) -> clGetPlatformInfo(platform, what, size, to, length));
  }

  private interface Query {
    int ask(long size, Pointer to, long[] length);
  }

  private static String text(Query query) {
    long[] length = new long[1];
    if (query.ask(0, null, length) != CL_SUCCESS || length[0] == 0) {
      return "unknown";
    }
    byte[] bytes = new byte[(int) length[0]];
    if (query.ask(bytes.length, Pointer.to(bytes), null) != CL_SUCCESS) {
      return "unknown";
    }
    return new String(bytes, 0, bytes.length - 1, StandardCharsets.UTF_8).strip();
  }
}
