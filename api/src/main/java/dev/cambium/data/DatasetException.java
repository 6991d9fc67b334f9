package dev.cambium.data;

/**
 * Data are missing, damaged, or not what they claim to be. The message names the file or sample,
 * what it was, what was expected, and what to do.
 */
public final class DatasetException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message that a person can act on. */
  public DatasetException(String message) {
    super(message);
  }

  /** With the error below it as the cause. */
  public DatasetException(String message, Throwable cause) {
    super(message, cause);
  }
}
