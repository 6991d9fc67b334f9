package dev.cambium.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.gpu.CapturedErrors;
import dev.cambium.gpu.ChildJvm;
import dev.cambium.gpu.GpuFunction;
import dev.cambium.gpu.GpuMemory;
import dev.cambium.gpu.GpuProgram;
import dev.cambium.gpu.Grid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that come from the folder of compiled kernels, on the device. */
class CachedProgramsTest {
  private static final GpuProgram PROGRAM = GpuProgram.of("cachetest", Map.of());

  @TempDir private Path folder;

  @BeforeEach
  void requireDevice() {
    TestDevice.require();
  }

  private static OpenClProgramCache cache(Path folder) {
    return new OpenClProgramCache(folder, 1 << 30);
  }

  /** What a kernel computes on a fresh context: 35 + 7. */
  private static int run(OpenClProgramCache cache) {
    try (OpenClContext context = TestDevice.open(cache)) {
      GpuMemory memory = context.allocate(1024);
      ByteBuffer number = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(0, 35);
      context.write(number, memory, 0);
      GpuFunction plus = context.function(PROGRAM, "plus", Grid.line(1, 64));
      plus.set(0, memory, 0);
      plus.set(1, 7);
      plus.set(2, 1L);
      plus.set(3, memory, 512);
      plus.launch();
      context.read(memory, 512, number);
      return number.getInt(0);
    }
  }

  private Path onlyEntry() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = files.toList();
      assertEquals(1, all.size(), all.toString());
      return all.get(0);
    }
  }

  @Test
  void aSecondContextTakesWhatTheFirstCompiled() throws IOException {
    assertEquals(42, run(cache(folder)));
    Path entry = onlyEntry();
    byte[] compiled = Files.readAllBytes(entry);
    Path same = Files.createLink(folder.resolve("same"), entry);
    assertEquals(42, run(cache(folder)));
    // What is compiled takes the place of the entry as another file.
    assertTrue(Files.isSameFile(same, entry), "it was compiled again");
    assertArrayEquals(compiled, Files.readAllBytes(entry));
  }

  @Test
  void aDamagedEntryIsCompiledAgain() throws IOException {
    run(cache(folder));
    Path entry = onlyEntry();
    byte[] damaged = Files.readAllBytes(entry);
    damaged[damaged.length / 2] ^= 1;
    Files.write(entry, damaged);
    assertEquals(42, run(cache(folder)));
    assertNotNull(cache(folder).find(entry.getFileName().toString().replace(".clbin", "")));
  }

  @Test
  void anEntryThatTheDriverRefusesIsCompiledAgain() throws IOException {
    run(cache(folder));
    String key = onlyEntry().getFileName().toString().replace(".clbin", "");
    byte[] nonsense = "compiled by another version of the driver".getBytes("UTF-8");
    cache(folder).keep(key, nonsense);
    assertEquals(42, run(cache(folder)));
    assertTrue(cache(folder).find(key).length > nonsense.length);
  }

  @Test
  void aFolderThatCannotBeUsedChangesNothing() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    try (CapturedErrors errors = new CapturedErrors()) {
      assertEquals(42, run(cache(file)));
      assertEquals(1, errors.warnings().size(), errors.warnings().toString());
    }
  }

  /** A program of its own: opens the device with a cache, and prints what the kernel computes. */
  static final class Run {
    private Run() {}

    public static void main(String[] arguments) {
      System.out.println(run(cache(Path.of(arguments[0]))));
    }
  }

  @Test
  void processesThatStartAtOnceFillOneFolder(@TempDir Path work) throws Exception {
    List<ChildJvm> children = new ArrayList<>();
    // They share the folder into which JOCL's library is unpacked, too, and find it empty.
    Path temporary = Files.createDirectories(work.resolve("tmp"));
    for (int i = 0; i < 2; i++) {
      children.add(
          new ChildJvm(
              work.resolve("child" + i),
              Map.of("POCL_CACHE_DIR", work.resolve("pocl" + i).toString()),
              List.of("-Djava.io.tmpdir=" + temporary),
              Run.class,
              folder.toString()));
    }
    for (ChildJvm child : children) {
      assertEquals("42\n", child.await());
      assertTrue(child.errors().lines().noneMatch(line -> line.contains("WARN")), child.errors());
    }
    assertNotNull(cache(folder).find(onlyEntry().getFileName().toString().replace(".clbin", "")));
    assertEquals(42, run(cache(folder)));
  }
}
