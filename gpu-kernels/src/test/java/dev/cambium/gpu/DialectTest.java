package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The sources of kernels keep to the dialect, as far as a text shows it without a compiler. */
class DialectTest {
  private static final Pattern DEFINE = Pattern.compile("^#define (\\w+)");
  private static final Pattern DOUBLE = Pattern.compile("\\bdouble\\d*\\b|\\bREAL_IS_DOUBLE\\b");

  /** What only OpenCL C has: its words, functions of indices, vectors, and conversions. */
  private static final Pattern OPENCL =
      Pattern.compile(
          "\\b(get_(global|local|group|num|work)_\\w+|(__)?(kernel|global|local|constant|private)"
              + "|restrict|barrier|CLK_\\w+|(float|double|int|uint|long|ulong|uchar)(2|4|8|16)"
              + "|v(load|store)\\w*|convert_\\w+|as_(u?int|u?long|float|double)\\d*|mul_hi|mad24"
              + "|mul24|native_\\w+|select|clamp|mix|atomic_\\w+|long|ulong|uint|uchar|OPENCL)\\b");

  /** What only CUDA C has. */
  private static final Pattern CUDA =
      Pattern.compile(
          "\\b(__(?!attribute__)\\w+|threadIdx|blockIdx|blockDim|gridDim|atomicAdd|CUDART_\\w+)\\b");

  private static List<Path> sources() throws IOException, URISyntaxException {
    Path folder = Path.of(GpuProgram.class.getResource("prelude.cl").toURI()).getParent();
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".cl") && !file.endsWith("prelude.cl"))
          .sorted()
          .toList();
    }
  }

  private static List<Path> shared() throws IOException, URISyntaxException {
    List<Path> shared = sources().stream().filter(file -> !name(file).startsWith("wide_")).toList();
    assertTrue(shared.size() > 20, shared::toString);
    return shared;
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  /** The lines of a file without comments. */
  private static List<String> code(Path file) throws IOException {
    return Files.readAllLines(file).stream().map(line -> line.replaceFirst("//.*", "")).toList();
  }

  private static SortedSet<String> defined(String prelude) throws IOException, URISyntaxException {
    SortedSet<String> names = new TreeSet<>();
    for (String line : code(Path.of(GpuProgram.class.getResource(prelude).toURI()))) {
      Matcher define = DEFINE.matcher(line);
      if (define.find()) {
        names.add(define.group(1));
      }
    }
    return names;
  }

  @Test
  void bothPreludesDefineTheSameNames() throws Exception {
    SortedSet<String> names = defined("prelude.cl");
    assertTrue(names.containsAll(List.of("KERNEL", "GROUP_X", "REAL", "BARRIER")), names::toString);
    assertEquals(names, defined("prelude.cu"));
  }

  @Test
  void everyNameOfThePreludesIsUsed() throws Exception {
    SortedSet<String> unused = defined("prelude.cl");
    unused.remove("ULONG"); // the type of the elements that movement.cl is compiled for
    for (Path file : sources()) {
      String text = String.join("\n", code(file));
      unused.removeIf(name -> Pattern.compile("\\b" + name + "\\b").matcher(text).find());
    }
    assertEquals(new TreeSet<>(), unused);
  }

  @Test
  void sharedSourcesNameNothingThatOneLanguageAloneHas() throws Exception {
    List<String> found = new ArrayList<>();
    for (Path file : shared()) {
      for (String line : code(file)) {
        if (OPENCL.matcher(line).find() || CUDA.matcher(line).find()) {
          found.add(name(file) + ": " + line.strip());
        }
      }
    }
    assertEquals(List.of(), found);
  }

  @Test
  void programsInFloatContainNoDouble() throws Exception {
    List<String> found = new ArrayList<>();
    List<Path> all = new ArrayList<>(sources());
    all.add(Path.of(GpuProgram.class.getResource("prelude.cl").toURI()));
    for (Path file : all) {
      for (String line : inFloat(file)) {
        if (DOUBLE.matcher(line).find()) {
          found.add(name(file) + ": " + line.strip());
        }
      }
    }
    assertEquals(List.of(), found);
  }

  /** The lines that are compiled where REAL_IS_DOUBLE is not defined; other conditions hold. */
  private static List<String> inFloat(Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    Deque<Boolean> compiled = new ArrayDeque<>();
    for (String line : code(file)) {
      String directive = line.strip();
      if (directive.startsWith("#if")) {
        compiled.push(!directive.equals("#ifdef REAL_IS_DOUBLE"));
      } else if (directive.equals("#else")) {
        compiled.pop();
        compiled.push(true);
      } else if (directive.equals("#endif")) {
        compiled.pop();
      } else if (!compiled.contains(false)) {
        lines.add(line);
      }
    }
    assertTrue(compiled.isEmpty(), file::toString);
    return lines;
  }

  @Test
  void whatIsForbiddenWouldBeFound() {
    for (String line :
        List.of(
            "int i = get_global_id(0);", "float16 v;", "__kernel void f()", "v = vload4(0, p)")) {
      assertTrue(OPENCL.matcher(line).find(), line);
    }
    assertTrue(CUDA.matcher("__syncthreads();").find());
    assertTrue(DOUBLE.matcher("double2 x;").find());
    assertFalse(OPENCL.matcher("GLOBAL const REAL* as_of, LONG local_rows").find());
  }
}
