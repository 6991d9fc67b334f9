package dev.cambium.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.spi.BackendConfig;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CpuProviderTest {
  @Test
  void describesItsOneDevice() {
    var devices = new CpuProvider().probe().devices();
    assertEquals(1, devices.size());
    assertEquals("0", devices.get(0).id());
    assertTrue(devices.get(0).description().contains("oneDNN 3."), devices.toString());
  }

  @Test
  void anotherDeviceIsRefused() {
    CpuProvider provider = new CpuProvider();
    BackendConfig config = new BackendConfig("1", Map.of());
    String message =
        assertThrows(IllegalArgumentException.class, () -> provider.open(config)).getMessage();
    assertTrue(message.contains("1"), message);
  }

  @Test
  void withoutItsNativeLibrariesItSaysWhatIsMissing() throws Exception {
    try (URLClassLoader loader = new URLClassLoader(classPathWithoutNatives(), null)) {
      Object provider =
          loader.loadClass(CpuProvider.class.getName()).getConstructor().newInstance();
      Object probe = provider.getClass().getMethod("probe").invoke(provider);
      assertFalse((boolean) probe.getClass().getMethod("isAvailable").invoke(probe));
      String reason = (String) probe.getClass().getMethod("reason").invoke(probe);
      assertTrue(reason.contains("org.bytedeco:dnnl"), reason);
    }
  }

  private static URL[] classPathWithoutNatives() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(
            entry -> !entry.matches(".*(dnnl|javacpp|opencl)-[^/\\\\]*-(linux|mac|win)[^/\\\\]*"))
        .map(CpuProviderTest::url)
        .toArray(URL[]::new);
  }

  private static URL url(String entry) {
    try {
      return Path.of(entry).toUri().toURL();
    } catch (java.net.MalformedURLException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
