package dev.cambium.gpu;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What is logged while it is open, by slf4j-simple on the standard error output. */
public final class CapturedErrors implements AutoCloseable {
  private final PrintStream before = System.err;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  public CapturedErrors() {
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
  }

  /** The warnings so far. */
  public List<String> warnings() {
    return bytes.toString(StandardCharsets.UTF_8).lines().filter(l -> l.contains("WARN")).toList();
  }

  @Override
  public void close() {
    System.setErr(before);
  }
}
