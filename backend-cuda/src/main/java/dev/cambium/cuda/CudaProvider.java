package dev.cambium.cuda;

import dev.cambium.gpu.GpuBackend;
import dev.cambium.gpu.GpuException;
import dev.cambium.gpu.VendorKernels;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendProvider;
import dev.cambium.spi.BackendUnavailableException;
import dev.cambium.spi.OutOfMemoryException;
import dev.cambium.spi.Probe;
import java.util.function.Supplier;

/**
 * Makes NVIDIA's GPUs known as {@code cuda}: {@code cuda:0}, {@code cuda:1}, ..., or {@code
 * cuda:PART} with a part of a GPU's description. They need nothing but their driver, 525 or newer.
 * Settings: {@code cuda.graphs}, {@code on} or {@code off}, whether steps are recorded and replayed
 * as a whole; {@code cuda.memoryLimit}, the bytes that it gives out at most; {@code cuda.kernels},
 * {@code wide} or {@code tiled}, forces the kernels for processors or those for GPUs, of all
 * operations; {@code cuda.libraries}, {@code auto}, {@code always} or {@code off}, whether cuBLAS
 * and cuDNN compute where they are faster; {@code cuda.libraries.path}, folders in which they are
 * looked for first; {@code cuda.precision}, {@code float32} or {@code tf32}, which lets them round
 * factors to ten bits after the point; {@code cuda.tuning}, the folder in which the fastest tiles
 * and kernels are kept, or {@code off}; {@code leaks} = {@code trace} warns about memory that was
 * not closed.
 */
public final class CudaProvider implements BackendProvider {
  private final Supplier<CudaDriver> loading;
  private final String visible;
  private final Libraries libraries;

  /** Where kernels of cuBLAS and cuDNN come from. */
  interface Libraries {
    /** None, of which nothing is said. */
    Libraries NONE =
        new Libraries() {
          @Override
          public VendorKernels open(CudaContext context, BackendConfig config) {
            return VendorKernels.NONE;
          }

          @Override
          public String listed(int driverVersion) {
            return "";
          }
        };

    /** Those of this machine. */
    Libraries INSTALLED =
        new Libraries() {
          @Override
          public VendorKernels open(CudaContext context, BackendConfig config) {
            return CudaLibraries.open(context, config);
          }

          @Override
          public String listed(int driverVersion) {
            return ", " + CudaLibraries.listed(BackendConfig.defaults(), driverVersion);
          }
        };

    /** What they do on a device. */
    VendorKernels open(CudaContext context, BackendConfig config);

    /** What is said of them at the end of each device's description. */
    String listed(int driverVersion);
  }

  /** Touches no native code. */
  public CudaProvider() {
    this(
        () -> {
          CudaLibrary.load();
          return new NativeCudaDriver();
        },
        System.getenv(CudaDevices.VISIBLE),
        Libraries.INSTALLED);
  }

  /** With another driver, on which no libraries compute. */
  CudaProvider(Supplier<CudaDriver> loading, String visible) {
    this(loading, visible, Libraries.NONE);
  }

  /**
   * With another driver.
   *
   * @param loading gives the driver, or says why there is none
   * @param visible the environment variable {@code CUDA_VISIBLE_DEVICES}, null where it is not set
   * @param libraries where kernels of cuBLAS and cuDNN come from
   */
  CudaProvider(Supplier<CudaDriver> loading, String visible, Libraries libraries) {
    this.loading = loading;
    this.visible = visible;
    this.libraries = libraries;
  }

  @Override
  public String name() {
    return "cuda";
  }

  /** Loads the libraries too, once for all devices: only so can it be said whether they load. */
  @Override
  public Probe probe() {
    try {
      CudaDevices devices = CudaDevices.find(loading.get(), visible);
      return Probe.available(devices.listed(libraries.listed(devices.driverVersion())));
    } catch (LinkageError | RuntimeException failed) {
      return Probe.unavailable(String.valueOf(failed.getMessage()));
    }
  }

  @Override
  public Backend open(BackendConfig config) {
    requireTiled(config);
    CudaDriver driver = loading.get();
    CudaDevice device = CudaDevices.find(driver, visible).choose(config.device());
    CudaContext context = open(driver, device, config);
    try {
      return new GpuBackend(context, config, libraries.open(context, config));
    } catch (RuntimeException | Error failed) {
      context.close();
      throw failed;
    }
  }

  /** Kernels for processors are not compiled to PTX. */
  private static void requireTiled(BackendConfig config) {
    String kernels = config.property("cuda.kernels").orElse("tiled");
    if (!kernels.equals("tiled")) {
      throw new IllegalArgumentException(
          "cuda.kernels must be tiled, as there are no others for CUDA, got '" + kernels + "'");
    }
  }

  private static CudaContext open(CudaDriver driver, CudaDevice device, BackendConfig config) {
    try {
      return new CudaContext(driver, device, config);
    } catch (GpuException | OutOfMemoryException failed) {
      throw new BackendUnavailableException(
          device.description() + " cannot be opened: " + failed.getMessage(), failed);
    }
  }
}
