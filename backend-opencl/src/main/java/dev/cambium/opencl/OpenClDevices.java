package dev.cambium.opencl;

import static org.jocl.CL.CL_DEVICE_NOT_FOUND;
import static org.jocl.CL.CL_DEVICE_TYPE_ALL;
import static org.jocl.CL.CL_PLATFORM_NOT_FOUND_KHR;
import static org.jocl.CL.CL_SUCCESS;
import static org.jocl.CL.clGetDeviceIDs;
import static org.jocl.CL.clGetPlatformIDs;

import dev.cambium.spi.BackendUnavailableException;
import dev.cambium.spi.Device;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jocl.cl_device_id;
import org.jocl.cl_platform_id;

/**
 * The devices of this machine that the backend can use.
 *
 * @param usable those, the fastest first; numbered over all platforms in the drivers' order
 */
record OpenClDevices(List<OpenClDevice> usable) {
  private static final String DRIVERS =
      "install one: on Debian and Ubuntu 'apt-get install pocl-opencl-icd' for the processor, for a"
          + " GPU the driver of its maker";

  /**
   * Asks all drivers.
   *
   * @throws BackendUnavailableException when there is no device to use, with what is missing
   */
  static OpenClDevices find() {
    OpenClLibrary.load();
    List<cl_platform_id> platforms = platforms();
    List<OpenClDevice> usable = new ArrayList<>();
    List<String> refusals = new ArrayList<>();
    int id = 0;
    for (cl_platform_id platform : platforms) {
      for (cl_device_id handle : devices(platform)) {
        OpenClDevice device = OpenClDevice.of(id++, platform, handle);
        device.refusal().ifPresentOrElse(refusals::add, () -> usable.add(device));
      }
    }
    if (usable.isEmpty()) {
      throw new BackendUnavailableException(
          refusals.isEmpty()
              ? "OpenCL is there, but its drivers find no device; " + DRIVERS
              : "no device of OpenCL can be used: " + String.join("; ", refusals));
    }
    return ofUsable(usable);
  }

  /** These devices, in whatever order. */
  static OpenClDevices ofUsable(List<OpenClDevice> usable) {
    return new OpenClDevices(
        usable.stream().sorted(Comparator.comparingInt(device -> -device.speed())).toList());
  }

  private static List<cl_platform_id> platforms() {
    int[] count = new int[1];
    int status = clGetPlatformIDs(0, null, count);
    if (status == CL_PLATFORM_NOT_FOUND_KHR || status == CL_SUCCESS && count[0] == 0) {
      throw new BackendUnavailableException(
          "libOpenCL is there, but no platform, that is no driver; " + DRIVERS);
    }
    cl_platform_id[] platforms = new cl_platform_id[count[0]];
    if (status == CL_SUCCESS) {
      status = clGetPlatformIDs(platforms.length, platforms, null);
    }
    if (status != CL_SUCCESS) {
      throw new BackendUnavailableException(
          "clGetPlatformIDs failed with "
              + OpenClStatus.name(status)
              + "; see whether clinfo lists a platform");
    }
    return List.of(platforms);
  }

  private static List<cl_device_id> devices(cl_platform_id platform) {
    int[] count = new int[1];
    int status = clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 0, null, count);
    if (status == CL_DEVICE_NOT_FOUND || count[0] == 0) {
      return List.of();
    }
    cl_device_id[] devices = new cl_device_id[count[0]];
    if (status == CL_SUCCESS) {
      status = clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, devices.length, devices, null);
    }
    // A platform whose driver does not work must not hide the devices of the others.
    return status == CL_SUCCESS ? List.of(devices) : List.of();
  }

  /**
   * The device that is meant.
   *
   * @param wanted empty for the fastest; a number; or a part of a description in any case, of which
   *     the fastest is taken
   * @throws IllegalArgumentException when there is none, with a list of those that there are
   */
  OpenClDevice choose(String wanted) {
    return usable.stream()
        .filter(
            device -> device.about().id().equals(wanted) || device.listed().isDescribedBy(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "device of the opencl backend must be a number or a part of a description of "
                        + usable.stream()
                            .map(device -> device.about().id() + " (" + device.description() + ")")
                            .collect(Collectors.joining(", "))
                        + "; got '"
                        + wanted
                        + "'"));
  }

  /** As the SPI lists them. */
  List<Device> listed() {
    return usable.stream().map(OpenClDevice::listed).toList();
  }
}
