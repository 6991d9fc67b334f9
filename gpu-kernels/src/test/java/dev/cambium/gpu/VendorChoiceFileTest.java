package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where it is kept whose kernels are chosen. */
class VendorChoiceFileTest {
  @TempDir private Path folder;
  private final GpuDevice device = new HeapContext(1024).device();

  private VendorChoiceFile file() {
    return new VendorChoiceFile(folder, device, "blas 1");
  }

  @Test
  void choicesAreAddedBehindWhatIsThere() throws IOException {
    VendorChoiceFile file = file();
    file.add("matmul [4, 4]: x = y", "blas fast");
    byte[] before = Files.readAllBytes(file.path());
    file.add("\u00fcber", "ours");
    String all = Files.readString(file.path());
    assertTrue(all.startsWith(new String(before, StandardCharsets.UTF_8)), all);
    assertEquals(3, all.lines().count(), all);
    assertTrue(all.startsWith("# "), all);
    assertEquals(Map.of("matmul [4, 4]: x = y", "blas fast", "\u00fcber", "ours"), file().read());
  }

  @Test
  void severalProcessesAddAndTheLastOfAKeyCounts() {
    VendorChoiceFile one = file();
    VendorChoiceFile two = file();
    one.add("a", "ours");
    two.add("b", "ours");
    one.add("c", "ours");
    two.add("a", "blas fast");
    assertEquals(Map.of("a", "blas fast", "b", "ours", "c", "ours"), file().read());
  }

  @Test
  void aLineThatIsNotWholeCostsThatChoiceAlone() throws IOException {
    VendorChoiceFile file = file();
    file.add("a", "ours");
    Files.writeString(file.path(), "b=bla", StandardOpenOption.APPEND);
    file().add("c", "ours");
    assertEquals(Map.of("a", "ours", "b", "bla", "c", "ours"), file().read());
  }

  @Test
  void allOfADeviceAreForgottenAndNoOther() throws IOException {
    VendorChoiceFile tf32 = new VendorChoiceFile(folder, device, "blas 1, tf32");
    file().add("a", "ours");
    tf32.add("a", "ours");
    Path tuning = new GpuTuningFile(folder, device).path();
    Files.createFile(tuning);
    Path other = Files.createFile(folder.resolve("cuda-other-0123-4567-libraries.properties"));
    VendorChoiceFile.deleteAll(folder, device);
    VendorChoiceFile.deleteAll(folder.resolve("none"), device);
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(Set.of(tuning, other), left.collect(Collectors.toSet()));
    }
  }

  @Test
  void aDamagedFileIsBegunAnew() throws IOException {
    VendorChoiceFile file = file();
    Files.writeString(file.path(), "a=\\u00");
    try (CapturedErrors log = new CapturedErrors()) {
      assertEquals(Map.of(), file.read());
      assertEquals(1, log.warnings().size());
    }
    file.add("b", "ours");
    file.add("c", "ours");
    try (CapturedErrors log = new CapturedErrors()) {
      assertEquals(Map.of("b", "ours", "c", "ours"), file().read());
      assertEquals(0, log.warnings().size());
    }
    assertFalse(Files.readString(file.path()).contains("a="));
  }
}
