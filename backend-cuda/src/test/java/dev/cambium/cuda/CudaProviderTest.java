package dev.cambium.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.gpu.VendorKernels;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendProvider;
import dev.cambium.spi.BackendUnavailableException;
import dev.cambium.spi.Device;
import dev.cambium.spi.Memory;
import dev.cambium.spi.OutOfMemoryException;
import dev.cambium.spi.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import jcuda.driver.CUdevice_attribute;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the provider says of a driver that is not there in truth, and of its devices. */
class CudaProviderTest {
  private static final RecordingDevice T4 =
      new RecordingDevice("Tesla T4", 7, 5, 40, 15_843_721_216L);

  private static CudaProvider over(CudaDriver driver) {
    return new CudaProvider(() -> driver, null);
  }

  private static CudaProvider over(CudaDriver driver, String visible) {
    return new CudaProvider(() -> driver, visible);
  }

  private static BackendConfig config(String device) {
    return new BackendConfig(device, Map.of("cuda.tuning", "off"));
  }

  private static String reason(CudaProvider provider) {
    Probe probe = provider.probe();
    assertFalse(probe.isAvailable());
    assertEquals(1, probe.reason().lines().count(), probe.reason());
    BackendUnavailableException failure =
        assertThrows(BackendUnavailableException.class, () -> provider.open(config("")));
    assertEquals(probe.reason(), failure.getMessage());
    return probe.reason();
  }

  private static void assertContains(String text, String... parts) {
    for (String part : parts) {
      assertTrue(text.contains(part), text);
    }
  }

  @Test
  void isFoundByItsName() {
    assertTrue(
        ServiceLoader.load(BackendProvider.class).stream()
            .anyMatch(provider -> provider.type() == CudaProvider.class));
    assertEquals("cuda", new CudaProvider().name());
  }

  @Test
  void listsDevicesWithWhatPeopleWantToKnowTheFastestFirst() {
    RecordingDriver driver = new RecordingDriver(T4, RecordingDevice.h200());
    driver.version = 13000;
    List<Device> devices = over(driver).probe().devices();
    assertEquals(
        List.of(
            "NVIDIA H200, compute capability 9.0, driver for CUDA 13.0, 132 multiprocessors,"
                + " 139.8 GiB",
            "Tesla T4, compute capability 7.5, driver for CUDA 13.0, 40 multiprocessors, 14.8 GiB"),
        devices.stream().map(Device::description).toList());
    assertEquals(List.of("1", "0"), devices.stream().map(Device::id).toList());
    // The opencl backend ranks a GPU at 199 at most.
    assertTrue(devices.get(1).speed() > 199, devices.toString());
    assertTrue(devices.get(0).speed() > devices.get(1).speed(), devices.toString());
  }

  @Test
  void opensByNumberAndByPartOfADescription() {
    RecordingDriver driver = new RecordingDriver(T4, RecordingDevice.h200());
    CudaProvider provider = over(driver);
    for (Map.Entry<String, String> wanted :
        Map.of("", "cuda:1", "0", "cuda:0", "1", "cuda:1", "tesla", "cuda:0").entrySet()) {
      try (Backend backend = provider.open(config(wanted.getKey()))) {
        assertEquals(wanted.getValue(), backend.name());
      }
    }
    assertEquals(List.of(), driver.open());
    for (String wrong : List.of("2", "-1", "radeon")) {
      IllegalArgumentException failure =
          assertThrows(IllegalArgumentException.class, () -> provider.open(config(wrong)));
      assertContains(failure.getMessage(), "'" + wrong + "'", "1 (NVIDIA H200", "0 (Tesla T4");
    }
  }

  @Test
  void kernelsForProcessorsAreRefusedBeforeTheDriverIsAsked() {
    RecordingDriver driver = new RecordingDriver(T4);
    BackendConfig wide = new BackendConfig("", Map.of("cuda.kernels", "wide"));
    IllegalArgumentException failure =
        assertThrows(IllegalArgumentException.class, () -> over(driver).open(wide));
    assertEquals(
        "cuda.kernels must be tiled, as there are no others for CUDA, got 'wide'",
        failure.getMessage());
    assertEquals(List.of(), driver.script.names());
  }

  @Test
  void aNumberThatIsHiddenSaysWhatHidesIt() {
    RecordingDriver driver = new RecordingDriver(T4);
    IllegalArgumentException failure =
        assertThrows(IllegalArgumentException.class, () -> over(driver, "3").open(config("1")));
    assertContains(failure.getMessage(), "CUDA_VISIBLE_DEVICES is '3'");
  }

  @ParameterizedTest
  @CsvSource({"11080, CUDA 11.8", "11040, CUDA 11.4", "10020, CUDA 10.2"})
  void aDriverThatIsTooOldNamesWhatItHasAndWhatIsNeeded(int version, String words) {
    RecordingDriver driver = new RecordingDriver(T4);
    driver.version = version;
    assertEquals(
        "the driver supports "
            + words
            + ", CUDA 12.0 or newer is needed: install NVIDIA's driver 525 or newer",
        reason(over(driver)));
    // Nothing else may be asked of a driver that may not have it.
    assertEquals(List.of("driverGetVersion", "driverGetVersion"), driver.script.names());
  }

  @ParameterizedTest
  @CsvSource({
    "100, CUDA_ERROR_NO_DEVICE, nvidia-smi -L",
    "101, CUDA_ERROR_INVALID_DEVICE, nvidia-smi",
    "34, CUDA_ERROR_STUB_LIBRARY, LD_LIBRARY_PATH",
    "802, CUDA_ERROR_SYSTEM_NOT_READY, nvidia-fabricmanager",
    "803, CUDA_ERROR_SYSTEM_DRIVER_MISMATCH, restart the machine",
    "804, CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE, cuda-compat",
    "999, CUDA_ERROR_UNKNOWN, /dev/nvidia-uvm"
  })
  void aDriverThatDoesNotStartSaysWhatToDo(int status, String name, String advice) {
    RecordingDriver driver = new RecordingDriver(T4);
    for (int i = 0; i < 2; i++) {
      driver.script.failNext("init", status);
      String reason = over(driver).probe().reason();
      assertContains(reason, "cuInit failed with " + name + " (" + status + ")", advice);
      assertEquals(1, reason.lines().count(), reason);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "", "-1", "GPU-0123"})
  void whatHidesAllDevicesIsQuoted(String visible) {
    RecordingDriver driver = new RecordingDriver(T4);
    driver.script.failNext("init", 100);
    String expected =
        "CUDA_VISIBLE_DEVICES is '"
            + visible
            + "': the driver shows no GPU under it (CUDA_ERROR_NO_DEVICE (100)); unset it, or name"
            + " GPUs that 'nvidia-smi -L' lists";
    assertEquals(expected, over(driver, visible).probe().reason());
    // Some drivers start, and count none.
    assertEquals(expected, reason(over(new RecordingDriver(), visible)));
    assertContains(reason(over(new RecordingDriver())), "CUDA_ERROR_NO_DEVICE", "--gpus all");
  }

  @Test
  void aDeviceThatCannotBeUsedSaysWhy() {
    RecordingDevice old = new RecordingDevice("Tesla V100", 7, 0, 80, 1 << 30);
    assertEquals(
        "no GPU can be used: Tesla V100 has compute capability 7.0, the kernels need 7.5 (Turing)"
            + " or newer: take a newer GPU, or the opencl backend",
        reason(over(new RecordingDriver(old))));
    RecordingDevice closed =
        RecordingDevice.h200()
            .with(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_MODE, 2 /* prohibited */);
    String both = reason(over(new RecordingDriver(old, closed), "3,4"));
    assertContains(
        both,
        "Tesla V100 has",
        "NVIDIA H200 lets no program in",
        "'nvidia-smi -c DEFAULT'",
        "CUDA_VISIBLE_DEVICES is '3,4'");
    RecordingDevice small =
        RecordingDevice.h200()
            .with(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK, 128);
    assertContains(reason(over(new RecordingDriver(small))), "at most 128 work-items");
  }

  @Test
  void aDeviceThatCannotBeUsedHidesNoOther() {
    RecordingDevice old = new RecordingDevice("Tesla V100", 7, 0, 80, 1 << 30);
    RecordingDriver driver = new RecordingDriver(old, T4);
    driver.script.failAt("deviceGet", 1, 999);
    assertEquals(List.of("1"), over(driver).probe().devices().stream().map(Device::id).toList());
    CudaProvider provider = over(driver);
    assertEquals(List.of("1"), provider.probe().devices().stream().map(Device::id).toList());
    IllegalArgumentException failure =
        assertThrows(IllegalArgumentException.class, () -> provider.open(config("0")));
    assertContains(failure.getMessage(), "Tesla V100 has compute capability 7.0");
  }

  @Test
  void anotherFailureOfTheDriverNamesTheCall() {
    RecordingDriver driver = new RecordingDriver(T4);
    driver.script.failNext("driverGetVersion", 999);
    assertContains(over(driver).probe().reason(), "cuDriverGetVersion failed with");
    driver.script.failNext("deviceGetCount", 3);
    assertContains(over(driver).probe().reason(), "cuDeviceGetCount failed with");
    driver.script.failNext("deviceGet", 999);
    assertContains(over(driver).probe().reason(), "GPU 0: cuDeviceGet failed with");
  }

  @Test
  void whatCannotBeLoadedIsAReason() {
    CudaProvider provider =
        new CudaProvider(
            () -> {
              throw new UnsatisfiedLinkError("no such thing");
            },
            null);
    assertEquals("no such thing", provider.probe().reason());
  }

  @ParameterizedTest
  @CsvSource({
    "devicePrimaryCtxRetain, 46, nvidia-smi -c DEFAULT",
    "devicePrimaryCtxRetain, 2, end other programs",
    "devicePrimaryCtxRetain, 999, nvidia_uvm",
    "ctxSetCurrent, 201, reset the device",
    "streamCreate, 2, end other programs"
  })
  void aDeviceThatDoesNotOpenSaysWhyAndLeavesNothingOpen(String call, int status, String advice) {
    RecordingDriver driver = new RecordingDriver(T4);
    driver.script.failNext(call, status);
    BackendUnavailableException failure =
        assertThrows(BackendUnavailableException.class, () -> over(driver).open(config("")));
    assertContains(
        failure.getMessage(), "Tesla T4", "cannot be opened", "(" + status + ")", advice);
    assertEquals(1, failure.getMessage().lines().count(), failure.getMessage());
    assertEquals(List.of(), driver.open());
  }

  @Test
  void librariesAreLoadedOnceHoweverManyDevicesThereAreAndNotWithoutOne() {
    List<Integer> asked = new ArrayList<>();
    CudaProvider.Libraries counted =
        new CudaProvider.Libraries() {
          @Override
          public VendorKernels open(CudaContext context, BackendConfig config) {
            return VendorKernels.NONE;
          }

          @Override
          public String listed(int driverVersion) {
            asked.add(driverVersion);
            return ", cuBLAS";
          }
        };
    RecordingDriver two = new RecordingDriver(T4, RecordingDevice.h200());
    two.version = 12060;
    Probe probe = new CudaProvider(() -> two, null, counted).probe();
    assertEquals(List.of(12060), asked);
    for (Device device : probe.devices()) {
      assertTrue(device.description().endsWith("GiB, cuBLAS"), device.description());
    }
    asked.clear();
    RecordingDriver old = new RecordingDriver(T4);
    old.version = 11080;
    assertFalse(new CudaProvider(() -> old, null, counted).probe().isAvailable());
    assertEquals(List.of(), asked);
  }

  @Test
  void anErrorWhileLibrariesAreOpenedLeavesNothingOpen() {
    RecordingDriver driver = new RecordingDriver(T4);
    CudaProvider.Libraries broken =
        new CudaProvider.Libraries() {
          @Override
          public VendorKernels open(CudaContext context, BackendConfig config) {
            throw new NoClassDefFoundError("com/sun/jna/Function");
          }

          @Override
          public String listed(int driverVersion) {
            return "";
          }
        };
    CudaProvider provider = new CudaProvider(() -> driver, null, broken);
    assertThrows(NoClassDefFoundError.class, () -> provider.open(config("")));
    assertEquals(List.of(), driver.open());
  }

  @Test
  void theMemoryLimitHoldsAndAWrongSettingLeavesNothingOpen() {
    RecordingDriver driver = new RecordingDriver(T4);
    CudaProvider provider = over(driver);
    BackendConfig limited = new BackendConfig("", Map.of("cuda.memoryLimit", "4096"));
    try (Backend backend = provider.open(limited);
        Memory most = backend.allocate(4096)) {
      assertEquals(4096, most.bytes());
      assertThrows(OutOfMemoryException.class, () -> backend.allocate(1));
    }
    assertEquals(List.of(), driver.open());
    for (String setting : List.of("cuda.memoryLimit", "cuda.kernels", "cuda.graphs")) {
      BackendConfig wrong = new BackendConfig("", Map.of(setting, "a lot"));
      IllegalArgumentException failure =
          assertThrows(IllegalArgumentException.class, () -> provider.open(wrong));
      assertContains(failure.getMessage(), setting);
      assertEquals(List.of(), driver.open());
    }
  }
}
