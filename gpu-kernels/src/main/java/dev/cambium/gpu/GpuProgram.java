package dev.cambium.gpu;

import dev.cambium.tensor.DType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A source file of kernels with the values of its macros: what is compiled as one. Sizes of tensors
 * are arguments of kernels, not macros, so that there are few programs and a device without a
 * compiler can be given all of them.
 *
 * @param name the file's name without its ending {@code .cl}
 * @param defines the macros, by name
 */
public record GpuProgram(String name, SortedMap<String, String> defines) {
  /** Copies the map. */
  public GpuProgram {
    defines = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(defines));
  }

  /** A program with these macros. */
  public static GpuProgram of(String name, Map<String, String> defines) {
    return new GpuProgram(name, new TreeMap<>(defines));
  }

  /**
   * A program with no other macro than the one that chooses its floating type.
   *
   * @param name the file's name without its ending {@code .cl}
   * @param real what {@code REAL} is in it: {@code double} for FLOAT64, otherwise {@code float}
   */
  public static GpuProgram of(String name, DType real) {
    return of(name, real == DType.FLOAT64 ? Map.of("REAL_IS_DOUBLE", "1") : Map.of());
  }

  /** This program with one more macro. */
  public GpuProgram with(String macro, Object value) {
    SortedMap<String, String> more = new TreeMap<>(defines);
    more.put(macro, value.toString());
    return new GpuProgram(name, more);
  }

  /**
   * The source in the dialect, with the files that it includes; {@code #line} directives keep the
   * compiler's messages right.
   *
   * @throws IllegalArgumentException when there is no such file
   */
  public String source() {
    return read(name + ".cl");
  }

  private static String read(String file) {
    StringBuilder all = new StringBuilder("#line 1 \"" + file + "\"\n");
    int line = 0;
    for (String text : text(file).split("\n", -1)) {
      line++;
      if (text.startsWith("#include \"")) {
        all.append(read(text.substring(10, text.lastIndexOf('"'))));
        all.append("#line ").append(line + 1).append(" \"").append(file).append("\"\n");
      } else {
        all.append(text).append('\n');
      }
    }
    return all.toString();
  }

  private static String text(String file) {
    try (InputStream in = GpuProgram.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalArgumentException(
            "there is no kernel source " + file + " beside " + GpuProgram.class.getName());
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("kernel source " + file + " cannot be read", e);
    }
  }

  /** The options that set the macros: {@code -DNAME=VALUE} with blanks between. */
  public String options() {
    StringBuilder options = new StringBuilder();
    defines.forEach(
        (macro, value) ->
            options
                .append(options.isEmpty() ? "" : " ")
                .append("-D")
                .append(macro)
                .append('=')
                .append(value));
    return options.toString();
  }

  @Override
  public String toString() {
    return name + (defines.isEmpty() ? "" : " (" + options() + ")");
  }
}
