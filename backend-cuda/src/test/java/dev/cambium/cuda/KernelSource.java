package dev.cambium.cuda;

import dev.cambium.gpu.GpuProgram;
import dev.cambium.gpu.GpuPrograms;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What nvcc is given for a program: one text with its options, its macros, the prelude and all that
 * it includes. A resource of PTX records the hash of this text, so that one which is out of date is
 * found without an nvcc.
 */
final class KernelSource {
  /** The oldest GPUs that CUDA 13 knows. */
  private static final String COMPILER = "nvcc -ptx -arch=compute_75";

  private KernelSource() {}

  /** A program's text; the options are in its first line. */
  static String of(GpuProgram program) throws IOException {
    StringBuilder text = new StringBuilder("// " + COMPILER + "\n");
    program
        .defines()
        .forEach((macro, value) -> text.append("#define " + macro + " " + value + "\n"));
    return text.append("#line 1 \"prelude.cu\"\n")
        .append(prelude())
        .append(program.source())
        .toString();
  }

  private static String prelude() throws IOException {
    try (InputStream in = GpuProgram.class.getResourceAsStream("prelude.cu")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** The SHA-256 of a text, in hexadecimal. */
  static String hash(String text) throws NoSuchAlgorithmException {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Writes the texts of all programs into a folder, each with the name of its resource and the
   * ending {@code .cu}.
   */
  public static void main(String... arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    for (GpuProgram program : GpuPrograms.all()) {
      String name = Path.of(Ptx.resource(program)).getFileName().toString();
      Files.writeString(folder.resolve(name.replaceFirst("\\.ptx$", ".cu")), of(program));
    }
  }
}
