package dev.cambium.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.gpu.ChildJvm;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jcuda.LibUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the provider says in processes of their own where a library is missing or broken. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class CudaLibraryTest {
  @TempDir Path folder;
  private Path driver;

  /** The loader takes the first file of that name, also where there is a driver. */
  @BeforeEach
  void putALibraryFirst() throws IOException {
    driver = Files.createDirectories(folder.resolve("lib")).resolve("libcuda.so.1");
    Files.write(driver, new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0});
  }

  /** A program of its own: what the provider says and does. */
  static final class Ask {
    private Ask() {}

    public static void main(String[] arguments) {
      CudaProvider provider = new CudaProvider();
      System.out.println(provider.probe().reason());
      System.out.println(provider.probe().reason());
      try {
        provider.open(BackendConfig.defaults());
      } catch (BackendUnavailableException expected) {
        System.out.println(expected.getMessage());
      }
    }
  }

  private String ask(String... options) throws IOException, InterruptedException {
    Map<String, String> environment = Map.of("LD_LIBRARY_PATH", driver.getParent().toString());
    ChildJvm child = new ChildJvm(folder, environment, List.of(options), Ask.class);
    List<String> lines = child.await().lines().toList();
    // Nothing but the three answers may be written, also when the process ends.
    assertEquals(3, lines.size(), lines.toString());
    // Newer JDKs themselves say when that setting is no folder.
    String jdk = "WARNING: java.io.tmpdir directory does not exist";
    assertEquals(List.of(), child.errors().lines().filter(line -> !line.equals(jdk)).toList());
    assertEquals(lines.get(0), lines.get(1));
    assertEquals(lines.get(0), lines.get(2));
    return lines.get(0);
  }

  @Test
  void jcudaHasTheLibraryThatIsUnpackedForIt() {
    assertNotNull(LibUtils.class.getResource("/lib/" + CudaLibrary.fileName()));
  }

  @Test
  void withoutTheDriverItSaysWhatToInstall() throws Exception {
    Files.writeString(driver, "no library");
    assertEquals(
        driver
            + " is no library; it comes with the driver of NVIDIA GPUs: where there is such a"
            + " GPU, install NVIDIA's driver 525 or newer (no toolkit is needed), and start a"
            + " container with the GPU in it ('docker run --gpus all')",
        ask());
  }

  @Test
  void onAMachineForWhichJcudaHasNothingItNamesTheFileAndThoseThatThereAre() throws Exception {
    String reason = ask("-Dos.arch=aarch64");
    assertTrue(reason.startsWith("there is no libJCudaDriver-12.6.0-linux-"), reason);
    assertTrue(reason.contains("org.jcuda:jcuda-natives:12.6.0"), reason);
    assertTrue(reason.contains("linux-x86_64 or windows-x86_64"), reason);
  }

  @Test
  void aDriverThatCannotBeLoadedIsNamedEachTime() throws Exception {
    String reason = ask("-Djava.io.tmpdir=" + folder.resolve("tmp"));
    assertTrue(reason.startsWith("JCuda does not load ("), reason);
    // What the system's loader says of a library of 8 bytes.
    assertTrue(reason.contains(driver + ": file too short"), reason);
    assertTrue(reason.endsWith("); install NVIDIA's driver 525 or newer"), reason);
  }

  @Test
  void whereNothingCanBeUnpackedItNamesTheFolder() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    String reason = ask("-Djava.io.tmpdir=" + file);
    assertTrue(reason.contains(file.toString()), reason);
    assertTrue(reason.contains("-Djava.io.tmpdir=FOLDER"), reason);
  }
}
