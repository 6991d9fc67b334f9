package dev.cambium.spi;

/**
 * A device or its driver failed, rather than the program: the message says which, how, and what to
 * do.
 */
public class DeviceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With what failed. */
  public DeviceException(String message) {
    super(message);
  }

  /** With what failed, and because of what. */
  public DeviceException(String message, Throwable cause) {
    super(message, cause);
  }
}
