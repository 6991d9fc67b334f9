package dev.cambium.runtime;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A safetensors file is damaged, is of a kind that is not read here, or does not hold the tensors
 * that were expected. The message names the file, the tensor where one is concerned, what was
 * found, and what was expected.
 */
public class SafetensorsException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient Path file;
  private final String tensor;
  private final String was;
  private final String expected;

  SafetensorsException(Path file, String tensor, String was, String expected) {
    super(
        file
            + ": "
            + (tensor == null ? "" : "tensor '" + tensor + "': ")
            + was
            + "; expected "
            + expected);
    this.file = file;
    this.tensor = tensor;
    this.was = was;
    this.expected = expected;
  }

  /** The file; null after serialization of the exception. */
  public Path file() {
    return file;
  }

  /** The tensor concerned, if it is a single one. */
  public Optional<String> tensor() {
    return Optional.ofNullable(tensor);
  }

  /** What was found. */
  public String was() {
    return was;
  }

  /** What was expected instead. */
  public String expected() {
    return expected;
  }
}
