package dev.cambium.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.gpu.ChildJvm;
import dev.cambium.gpu.GpuDevice;
import dev.cambium.gpu.HostBytes;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendUnavailableException;
import dev.cambium.spi.Backends;
import dev.cambium.spi.Device;
import dev.cambium.spi.Memory;
import dev.cambium.spi.OutOfMemoryException;
import dev.cambium.spi.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jocl.CL;
import org.jocl.LibUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenClProviderTest {
  private static BackendConfig device(String id) {
    return new BackendConfig(id, Map.of());
  }

  /** A device that is not there, of whatever kind. */
  private static OpenClDevice made(int id, String name, String vendor, long type, int units) {
    boolean isProcessor = type == CL.CL_DEVICE_TYPE_CPU;
    GpuDevice about =
        new GpuDevice(
            "opencl",
            "" + id,
            name,
            vendor,
            "1.0",
            isProcessor,
            units,
            1024,
            1,
            1 << 30,
            1,
            true,
            4);
    return new OpenClDevice(
        null, null, "Platform", "OpenCL 3.0", "OpenCL 3.0", type, true, 1, about);
  }

  @Test
  void listsDevicesWithWhatPeopleWantToKnow() {
    OpenClDevice device = TestDevice.require();
    Probe probe = new OpenClProvider().probe();
    assertEquals("", probe.reason());
    Device first = probe.devices().get(0);
    assertEquals(device.about().id(), first.id());
    for (String part :
        List.of(
            device.about().name(),
            device.platformName(),
            "driver " + device.about().driver(),
            HostBytes.words(device.about().globalBytes()))) {
      assertTrue(first.description().contains(part), first.description());
    }
  }

  @Test
  void isFoundAndNeverWinsOverTheCpuBackendAsAProcessor() {
    OpenClDevice device = TestDevice.require();
    assertEquals("opencl:0", Backends.discover().choose("opencl:0").name());
    if (device.about().isProcessor()) {
      assertTrue(device.speed() < 10, "speed " + device.speed());
    }
  }

  @Test
  void theFastestIsMeantWhereNobodyChooses() {
    TestDevice.require();
    OpenClDevice cpu = made(0, "EPYC", "AMD", CL.CL_DEVICE_TYPE_CPU, 64);
    OpenClDevice small = made(1, "Iris", "Intel", CL.CL_DEVICE_TYPE_GPU, 16);
    OpenClDevice large = made(2, "H200", "NVIDIA Corporation", CL.CL_DEVICE_TYPE_GPU, 132);
    OpenClDevice card = made(3, "Stratix", "Intel", CL.CL_DEVICE_TYPE_ACCELERATOR, 1);
    OpenClDevices devices = OpenClDevices.ofUsable(List.of(cpu, small, large, card));
    assertEquals(List.of("2", "1", "3", "0"), devices.listed().stream().map(Device::id).toList());
    assertSame(large, devices.choose(""));
    assertSame(large, devices.choose("nvidia"));
    assertSame(cpu, devices.choose("0"));
    assertSame(small, devices.choose("intel"));
    assertSame(card, devices.choose("STRATIX"));
    assertSame(large, devices.choose("Platform"));
    IllegalArgumentException failure =
        assertThrows(IllegalArgumentException.class, () -> devices.choose("radeon"));
    for (String part : List.of("'radeon'", "0 (EPYC (AMD)", "1 (Iris", "2 (H200", "3 (Stratix")) {
      assertTrue(failure.getMessage().contains(part), failure.getMessage());
    }
    assertThrows(IllegalArgumentException.class, () -> devices.choose("7"));
  }

  @Test
  void aDeviceThatCannotBeUsedSaysWhy() {
    OpenClDevice device = TestDevice.require();
    assertEquals(Optional.empty(), device.refusal());
    String old = changed(device, "OpenCL 1.1 CUDA", 128).refusal().orElseThrow();
    assertTrue(old.contains("'OpenCL 1.1 CUDA', OpenCL 1.2 or newer is needed"), old);
    assertTrue(old.startsWith(device.about().name()), old);
    assertTrue(changed(device, "Vulkan", 128).refusal().isPresent());
    assertEquals(Optional.empty(), changed(device, "OpenCL 1.2 ", 512).refusal());
    assertEquals(Optional.empty(), changed(device, "OpenCL 10.0", 512).refusal());
    String wide = changed(device, "OpenCL 3.0", 4096).refusal().orElseThrow();
    assertTrue(wide.contains("multiples of 4096 bytes"), wide);
  }

  @Test
  void aDeviceWithGroupsThatAreTooSmallForTheKernelsSaysSo() {
    OpenClDevice device = TestDevice.require();
    // The largest groups of kernels have 256 work-items, the smallest tile of a product 10,496
    // bytes: twice 16 rows and columns of 32 + 4 floats, and 8 * 32 + 1024 beside.
    assertEquals(Optional.empty(), withGroups(device, 256, 10_496).refusal());
    String few = withGroups(device, 255, 1 << 16).refusal().orElseThrow();
    assertTrue(few.startsWith(device.about().name()), few);
    assertTrue(few.contains("at most 255 work-items, the kernels need 256"), few);
    String little = withGroups(device, 1024, 10_495).refusal().orElseThrow();
    assertTrue(little.contains("has 10495 bytes of local memory"), little);
    assertTrue(little.contains("need 10496"), little);
  }

  private static OpenClDevice withGroups(OpenClDevice device, int items, long localBytes) {
    GpuDevice real = device.about();
    GpuDevice about =
        new GpuDevice(
            real.backend(),
            real.id(),
            real.name(),
            real.vendor(),
            real.driver(),
            real.isProcessor(),
            real.computeUnits(),
            items,
            localBytes,
            real.globalBytes(),
            real.mostBytes(),
            real.hasDouble(),
            real.vectorBytes());
    return changed(device, device.version(), device.alignment(), about);
  }

  private static OpenClDevice changed(OpenClDevice device, String version, long alignment) {
    return changed(device, version, alignment, device.about());
  }

  private static OpenClDevice changed(
      OpenClDevice device, String version, long alignment, GpuDevice about) {
    return new OpenClDevice(
        device.platform(),
        device.handle(),
        device.platformName(),
        device.platformVersion(),
        version,
        device.type(),
        device.roundsDivision(),
        alignment,
        about);
  }

  @Test
  void joclHasTheLibraryThatIsUnpackedForIt() {
    TestDevice.require();
    assertNotNull(LibUtils.class.getResource("/lib/" + OpenClLibrary.fileName()));
  }

  @Test
  void opensByNumberAndByPartOfADescription() {
    OpenClDevice device = TestDevice.require();
    OpenClProvider provider = new OpenClProvider();
    for (String id : List.of("", device.about().id(), device.platformName().substring(0, 5))) {
      try (Backend backend = provider.open(device(id))) {
        assertEquals("opencl:" + device.about().id(), backend.name());
      }
    }
    assertThrows(IllegalArgumentException.class, () -> provider.open(device("no such device")));
  }

  @Test
  void theMemoryLimitHoldsAndAWrongSettingLeavesNothingOpen() {
    TestDevice.require();
    OpenClProvider provider = new OpenClProvider();
    BackendConfig config = new BackendConfig("", Map.of("opencl.memoryLimit", "4096"));
    try (Backend backend = provider.open(config);
        Memory most = backend.allocate(4096)) {
      assertEquals(4096, most.bytes());
      assertThrows(OutOfMemoryException.class, () -> backend.allocate(1));
    }
    for (String setting : List.of("opencl.memoryLimit", "opencl.kernels")) {
      BackendConfig wrong = new BackendConfig("", Map.of(setting, "a lot"));
      IllegalArgumentException failure =
          assertThrows(IllegalArgumentException.class, () -> provider.open(wrong));
      assertTrue(failure.getMessage().contains(setting), failure.getMessage());
    }
  }

  /** A program of its own: what the provider says and does where something is missing. */
  static final class Ask {
    private Ask() {}

    public static void main(String[] arguments) {
      OpenClProvider provider = new OpenClProvider();
      System.out.println(provider.probe().reason());
      System.out.println(provider.probe().reason());
      try {
        provider.open(BackendConfig.defaults());
      } catch (BackendUnavailableException expected) {
        System.out.println(expected.getMessage());
      }
    }
  }

  private static List<String> ask(Path folder, Map<String, String> environment, String... options)
      throws IOException, InterruptedException {
    ChildJvm child = new ChildJvm(folder, environment, List.of(options), Ask.class);
    List<String> lines = child.await().lines().toList();
    // Nothing but the three answers may be written, also when the process ends.
    assertEquals(3, lines.size(), lines.toString());
    // Newer JDKs themselves say when that setting is no folder.
    String jdk = "WARNING: java.io.tmpdir directory does not exist";
    assertEquals(List.of(), child.errors().lines().filter(line -> !line.equals(jdk)).toList());
    assertEquals(lines.get(0), lines.get(1));
    assertEquals(lines.get(0), lines.get(2));
    return lines;
  }

  @Test
  void withoutTheLibraryItSaysHowToGetItAndNothingElse(@TempDir Path folder) throws Exception {
    // The loader takes the first file of that name, and this one is none that it can load.
    Path library = Files.createDirectories(folder.resolve("lib")).resolve("libOpenCL.so.1");
    Files.writeString(library, "no library");
    String reason = ask(folder, Map.of("LD_LIBRARY_PATH", library.getParent().toString())).get(0);
    assertTrue(reason.contains("libOpenCL"), reason);
    assertTrue(reason.contains("apt-get install ocl-icd-libopencl1"), reason);
    assertTrue(reason.contains("pocl-opencl-icd"), reason);
  }

  @Test
  void withoutADriverItSaysHowToGetOne(@TempDir Path folder) throws Exception {
    TestDevice.require();
    Path none = Files.createDirectories(folder.resolve("vendors"));
    String reason = ask(folder, Map.of("OCL_ICD_VENDORS", none.toString())).get(0);
    assertTrue(reason.contains("no platform"), reason);
    assertTrue(reason.contains("apt-get install pocl-opencl-icd"), reason);
  }

  @Test
  void whereNothingCanBeUnpackedItNamesTheFolder(@TempDir Path folder) throws Exception {
    TestDevice.require();
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    String reason = ask(folder, Map.of(), "-Djava.io.tmpdir=" + file).get(0);
    assertTrue(reason.contains(file.toString()), reason);
    assertTrue(reason.contains("-Djava.io.tmpdir=FOLDER"), reason);
  }
}
