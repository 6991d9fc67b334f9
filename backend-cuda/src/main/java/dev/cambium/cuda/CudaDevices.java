package dev.cambium.cuda;

import static jcuda.driver.CUresult.CUDA_ERROR_INVALID_DEVICE;
import static jcuda.driver.CUresult.CUDA_ERROR_NO_DEVICE;
import static jcuda.driver.CUresult.CUDA_SUCCESS;

import dev.cambium.spi.BackendUnavailableException;
import dev.cambium.spi.Device;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import jcuda.driver.CUdevice;

/**
 * The GPUs of this machine that the backend can use.
 *
 * @param usable those, the fastest first; numbered in the driver's order
 * @param refusals why it cannot use the others
 * @param visible the environment variable {@code CUDA_VISIBLE_DEVICES}, which hides GPUs from the
 *     process; null where it is not set
 */
record CudaDevices(List<CudaDevice> usable, List<String> refusals, String visible) {
  /** What the environment variable is called. */
  static final String VISIBLE = "CUDA_VISIBLE_DEVICES";

  /** Of CUDA 12.0, the first whose drivers take the version of the kernels' PTX. */
  private static final int LEAST_VERSION = 12000;

  /** Sorts them. */
  CudaDevices {
    usable = usable.stream().sorted(Comparator.comparingInt(device -> -device.speed())).toList();
    refusals = List.copyOf(refusals);
  }

  /**
   * Asks the driver.
   *
   * @param driver the driver, which need not be initialised
   * @param visible the environment variable {@code CUDA_VISIBLE_DEVICES}, null where it is not set
   * @throws BackendUnavailableException when there is no GPU to use, with what is missing
   */
  static CudaDevices find(CudaDriver driver, String visible) {
    int version = version(driver);
    require(driver.init(), "cuInit", visible);
    int[] count = new int[1];
    require(driver.deviceGetCount(count), "cuDeviceGetCount", visible);
    if (count[0] == 0) {
      require(CUDA_ERROR_NO_DEVICE, "cuDeviceGetCount", visible);
    }
    List<CudaDevice> usable = new ArrayList<>();
    List<String> refusals = new ArrayList<>();
    for (int index = 0; index < count[0]; index++) {
      CUdevice handle = new CUdevice();
      int status = driver.deviceGet(handle, index);
      if (status == CUDA_SUCCESS) {
        CudaDevice device = CudaDevice.of(driver, index, handle, version);
        device.refusal().ifPresentOrElse(refusals::add, () -> usable.add(device));
      } else {
        // A GPU that does not work must not hide the others.
        refusals.add("GPU " + index + ": " + failure("cuDeviceGet", status));
      }
    }
    if (usable.isEmpty()) {
      throw new BackendUnavailableException(
          "no GPU can be used: " + String.join("; ", refusals) + hint(visible));
    }
    return new CudaDevices(usable, refusals, visible);
  }

  private static int version(CudaDriver driver) {
    int[] version = new int[1];
    require(driver.driverGetVersion(version), "cuDriverGetVersion", null);
    if (version[0] < LEAST_VERSION) {
      throw new BackendUnavailableException(
          "the driver supports "
              + CudaDevice.versionWords(version[0])
              + ", "
              + CudaDevice.versionWords(LEAST_VERSION)
              + " or newer is needed: "
              + CudaLibrary.DRIVER);
    }
    return version[0];
  }

  private static void require(int status, String call, String visible) {
    if (status == CUDA_SUCCESS) {
      return;
    }
    if (visible != null
        && (status == CUDA_ERROR_NO_DEVICE || status == CUDA_ERROR_INVALID_DEVICE)) {
      throw new BackendUnavailableException(
          VISIBLE
              + " is '"
              + visible
              + "': the driver shows no GPU under it ("
              + CudaStatus.name(status)
              + "); unset it, or name GPUs that 'nvidia-smi -L' lists");
    }
    throw new BackendUnavailableException(failure(call, status));
  }

  private static String failure(String call, int status) {
    return call
        + " failed with "
        + CudaStatus.name(status)
        + "; "
        + CudaStatus.adviceOnTheSystem(status);
  }

  /** That GPUs may be hidden; empty where none are. */
  private static String hint(String visible) {
    return visible == null
        ? ""
        : " (" + VISIBLE + " is '" + visible + "', which hides those that it does not name)";
  }

  /**
   * The GPU that is meant.
   *
   * @param wanted empty for the fastest; a number; or a part of a description in any case, of which
   *     the fastest is taken
   * @throws IllegalArgumentException when there is none, with a list of those that there are
   */
  CudaDevice choose(String wanted) {
    return usable.stream()
        .filter(
            device -> device.about().id().equals(wanted) || device.listed().isDescribedBy(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "device of the cuda backend must be a number or a part of a description of "
                        + usable.stream()
                            .map(device -> device.about().id() + " (" + device.description() + ")")
                            .collect(Collectors.joining(", "))
                        + "; got '"
                        + wanted
                        + "'"
                        + refusals.stream().map(why -> "; " + why).collect(Collectors.joining())
                        + hint(visible)));
  }

  /** The version of CUDA that the driver of all of them supports, for example 12060 for 12.6. */
  int driverVersion() {
    return usable.get(0).driverVersion();
  }

  /**
   * As the SPI lists them.
   *
   * @param suffix what else is to be said of each, at the end of its description
   */
  List<Device> listed(String suffix) {
    return usable.stream().map(device -> device.listed(suffix)).toList();
  }
}
