package dev.cambium.image;

/** A file is not a picture that can be read; the message names the file and says what is wrong. */
public final class UnreadableImageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message that names the file, what it was, and what was expected. */
  public UnreadableImageException(String message) {
    super(message);
  }

  /** With the decoder's own error as the cause. */
  public UnreadableImageException(String message, Throwable cause) {
    super(message, cause);
  }
}
