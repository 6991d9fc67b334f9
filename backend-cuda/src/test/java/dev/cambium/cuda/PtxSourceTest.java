package dev.cambium.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.gpu.GpuProgram;
import dev.cambium.gpu.GpuPrograms;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The resources of PTX are what their sources were when they were compiled. */
class PtxSourceTest {
  private static final String AGAIN =
      "run scripts/compile-kernels.sh where there is an nvcc, and commit what it writes";

  /** What the driver passes to a kernel, on GPUs of every compute capability. */
  private static final int MOST_PARAMETER_BYTES = 4096;

  private static final Pattern HASH = Pattern.compile("(?m)^// source sha256 (\\w+)$");

  /** A kernel that no macro makes, with what it takes. */
  private static final Pattern KERNEL =
      Pattern.compile("(?m)^KERNEL GROUP_OF\\([^)]*\\)\\s+void\\s+(\\w+)\\(([^)]*)\\)");

  private static Stream<DynamicTest> each(Check check) {
    return GpuPrograms.all().stream()
        .map(program -> DynamicTest.dynamicTest(program.toString(), () -> check.of(program)));
  }

  private interface Check {
    void of(GpuProgram program) throws Exception;
  }

  private static String text(GpuProgram program) {
    return new String(Ptx.of(program).text(), StandardCharsets.UTF_8);
  }

  /** What is wrong with a resource, seen beside its source. */
  private static List<String> faults(String ptx, String source) throws NoSuchAlgorithmException {
    List<String> faults = new ArrayList<>();
    Matcher hash = HASH.matcher(ptx);
    if (!hash.find() || !hash.group(1).equals(KernelSource.hash(source))) {
      faults.add("it was compiled from another source: " + AGAIN);
    }
    if (!ptx.contains("\n.version 7.8\n")) {
      faults.add("its version is not 7.8, which drivers from 525 on read: " + AGAIN);
    }
    if (!ptx.contains("\n.target sm_75\n")) {
      faults.add("its target is not sm_75: " + AGAIN);
    }
    if (ptx.contains(".loc") || ptx.contains(".file")) {
      faults.add("it names lines of the source: " + AGAIN);
    }
    return faults;
  }

  @TestFactory
  Stream<DynamicTest> everyProgramIsCompiledFromItsSource() {
    return each(
        program ->
            assertEquals(
                List.of(), faults(text(program), KernelSource.of(program)), Ptx.resource(program)));
  }

  @Test
  void whatIsOutOfDateIsFound() throws Exception {
    GpuProgram program = GpuPrograms.all().get(0);
    String ptx = text(program);
    String source = KernelSource.of(program);
    String byteMore = source.replaceFirst(";", "; ");
    String otherMacro = KernelSource.of(program.with("REAL_IS_DOUBLE", 1));
    assertEquals(List.of(), faults(ptx, source));
    for (String changed : List.of(byteMore, otherMacro)) {
      assertEquals(1, faults(ptx, changed).size());
    }
    assertEquals(1, faults(HASH.matcher(ptx).replaceFirst("// no hash"), source).size());
    assertEquals(1, faults(ptx.replace(".version 7.8", ".version 9.0"), source).size());
    assertEquals(1, faults(ptx.replace(".target sm_75", ".target sm_80"), source).size());
    assertEquals(1, faults(ptx + "\t.loc 1 1 1\n", source).size());
  }

  @Test
  void eachResourceIsOfOneProgram() throws Exception {
    List<String> expected =
        GpuPrograms.all().stream().map(program -> Ptx.resource(program).substring(4)).toList();
    SortedSet<String> names = new TreeSet<>(expected);
    assertEquals(expected.size(), names.size(), "two programs of one name");
    Path first = Path.of(Ptx.class.getResource(Ptx.resource(GpuPrograms.all().get(0))).toURI());
    try (Stream<Path> files = Files.list(first.getParent())) {
      assertEquals(
          names,
          files
              .map(file -> file.getFileName().toString())
              .collect(Collectors.toCollection(TreeSet::new)),
          AGAIN);
    }
  }

  @TestFactory
  Stream<DynamicTest> kernelsTakeWhatTheDriverPasses() {
    return each(
        program -> {
          for (Ptx.Entry entry : Ptx.of(program).entries()) {
            int bytes = 0;
            for (Ptx.Kind kind : entry.parameters()) {
              bytes = (bytes + kind.bytes() - 1) / kind.bytes() * kind.bytes() + kind.bytes();
            }
            assertTrue(bytes <= MOST_PARAMETER_BYTES, entry.name() + ": " + bytes + " bytes");
            assertTrue(entry.mostWorkItems() <= 256, entry::toString);
          }
        });
  }

  @Test
  void kernelsTakeWhatTheirSourceSays() {
    List<String> wrong = new ArrayList<>();
    int compared = 0;
    for (GpuProgram program : GpuPrograms.all()) {
      Matcher kernel = KERNEL.matcher(program.source());
      while (kernel.find()) {
        List<Ptx.Kind> expected = declared(program, kernel.group(2));
        if (!expected.isEmpty()) {
          compared++;
          List<Ptx.Kind> taken = Ptx.of(program).entry(kernel.group(1)).parameters();
          if (!taken.equals(expected)) {
            wrong.add(program + " " + kernel.group(1) + ": " + expected + ", takes " + taken);
          }
        }
      }
    }
    assertEquals(List.of(), wrong);
    // The tiles' kernels take theirs by macros, as those of rows of elements do.
    assertTrue(compared > 50, "only " + compared + " kernels say without macros what they take");
  }

  /** Empty where a macro stands for parameters. */
  private static List<Ptx.Kind> declared(GpuProgram program, String parameters) {
    boolean isDouble = program.defines().containsKey("REAL_IS_DOUBLE");
    List<Ptx.Kind> kinds = new ArrayList<>();
    for (String parameter : parameters.replaceAll("//.*", "").split(",")) {
      String type = parameter.strip().replaceFirst("\\s*\\w+$", "");
      switch (type) {
        case "int", "UINT" -> kinds.add(Ptx.Kind.INT32);
        case "LONG", "ULONG" -> kinds.add(Ptx.Kind.INT64);
        case "REAL" -> kinds.add(isDouble ? Ptx.Kind.FLOAT64 : Ptx.Kind.FLOAT32);
        default -> {
          if (!type.contains("*")) {
            return List.of();
          }
          kinds.add(Ptx.Kind.INT64);
        }
      }
    }
    return kinds;
  }
}
