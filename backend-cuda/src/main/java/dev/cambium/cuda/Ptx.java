package dev.cambium.cuda;

import dev.cambium.gpu.GpuProgram;
import dev.cambium.gpu.KernelBuildException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A program that nvcc has compiled to PTX, the assembly language of NVIDIA's drivers, which turn it
 * into the code of the GPU at hand. It is a resource of the backend; {@code
 * scripts/compile-kernels.sh} writes them.
 */
final class Ptx {
  private static final Pattern ENTRY =
      Pattern.compile("\\.entry\\s+(\\w+)\\s*\\(([^)]*)\\)([^{;]*)");
  private static final Pattern PARAMETER =
      Pattern.compile("\\.param\\s+(?:\\.align\\s+\\d+\\s+)?\\.(\\w+)");
  private static final Pattern MOST_ITEMS =
      Pattern.compile("\\.maxntid\\s+(\\d+)(?:\\s*,\\s*(\\d+))?(?:\\s*,\\s*(\\d+))?");

  /** What a kernel takes for an argument. */
  enum Kind {
    /** An integer. */
    INT32(4),
    /** A long integer, or a pointer. */
    INT64(8),
    /** A float. */
    FLOAT32(4),
    /** A double. */
    FLOAT64(8);

    private final int bytes;

    Kind(int bytes) {
      this.bytes = bytes;
    }

    /** Its length, which it is aligned to as well. */
    int bytes() {
      return bytes;
    }

    private static Kind of(String type) {
      return switch (type) {
        case "u32", "s32", "b32" -> INT32;
        case "u64", "s64", "b64" -> INT64;
        case "f32" -> FLOAT32;
        case "f64" -> FLOAT64;
        default ->
            throw new IllegalArgumentException(
                "arguments of kernels have 32 or 64 bits, got ." + type);
      };
    }
  }

  /**
   * A kernel.
   *
   * @param name its name
   * @param parameters what it takes, in order
   * @param mostWorkItems of a group
   */
  record Entry(String name, List<Kind> parameters, int mostWorkItems) {
    /** Copies the list. */
    Entry {
      parameters = List.copyOf(parameters);
    }
  }

  private final String resource;
  private final String text;
  private final Map<String, Entry> entries;

  /**
   * With what nvcc made.
   *
   * @param resource the name, for messages
   * @param text the PTX
   * @throws IllegalArgumentException when a kernel takes something else than a {@link Kind}, or
   *     does not say how large its groups are
   */
  Ptx(String resource, String text) {
    this.resource = resource;
    this.text = text;
    this.entries = entries(resource, text);
  }

  /**
   * A program's.
   *
   * @throws KernelBuildException when it has none
   */
  static Ptx of(GpuProgram program) {
    String resource = resource(program);
    try (InputStream in = Ptx.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new KernelBuildException(
            "program "
                + program
                + " was not compiled for CUDA: there is no resource "
                + resource
                + "; see that GpuPrograms lists it, and run scripts/compile-kernels.sh where there"
                + " is an nvcc");
      }
      return new Ptx(resource, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("resource " + resource + " cannot be read", e);
    }
  }

  /** Where a program's PTX is, seen from this class: its name, then each macro with its value. */
  static String resource(GpuProgram program) {
    StringBuilder name = new StringBuilder("ptx/").append(program.name());
    program
        .defines()
        .forEach((macro, value) -> name.append('.').append(macro).append('-').append(value));
    return name.append(".ptx").toString();
  }

  private static Map<String, Entry> entries(String resource, String text) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    Matcher entry = ENTRY.matcher(text);
    while (entry.find()) {
      String name = entry.group(1);
      Matcher items = MOST_ITEMS.matcher(entry.group(3));
      if (!items.find()) {
        throw new IllegalArgumentException(
            "kernel " + name + " in " + resource + " must say .maxntid, as GROUP_OF makes it");
      }
      int most = 1;
      for (int axis = 1; axis <= 3; axis++) {
        most *= items.group(axis) == null ? 1 : Integer.parseInt(items.group(axis));
      }
      List<Kind> kinds = new ArrayList<>();
      Matcher parameter = PARAMETER.matcher(entry.group(2));
      while (parameter.find()) {
        kinds.add(Kind.of(parameter.group(1)));
      }
      entries.put(name, new Entry(name, kinds, most));
    }
    return entries;
  }

  /** The text, without a zero byte at its end. */
  byte[] text() {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** All kernels of the program, in the text's order. */
  List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  /**
   * A kernel.
   *
   * @throws KernelBuildException when there is no such one
   */
  Entry entry(String kernel) {
    Entry entry = entries.get(kernel);
    if (entry == null) {
      throw new KernelBuildException(
          "there is no kernel " + kernel + " in " + resource + ", which has " + entries.keySet());
    }
    return entry;
  }

  @Override
  public String toString() {
    return resource;
  }
}
