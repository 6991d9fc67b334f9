package dev.cambium.spi;

/**
 * A backend was asked for that is not there, or cannot run here; the message lists every provider
 * and its reason.
 */
public class BackendUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With the list of what is there. */
  public BackendUnavailableException(String message) {
    super(message);
  }

  /** With the list of what is there, and the cause. */
  public BackendUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
