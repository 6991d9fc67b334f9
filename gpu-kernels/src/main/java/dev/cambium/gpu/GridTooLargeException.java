package dev.cambium.gpu;

/** A launch of more groups than all devices take. */
final class GridTooLargeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  GridTooLargeException(String message) {
    super(message);
  }
}
