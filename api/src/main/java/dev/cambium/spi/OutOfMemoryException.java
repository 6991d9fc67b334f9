package dev.cambium.spi;

/** A device could not allocate; nothing was changed. */
public class OutOfMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With what was asked for, what is in use, and what to do. */
  public OutOfMemoryException(String message) {
    super(message);
  }
}
