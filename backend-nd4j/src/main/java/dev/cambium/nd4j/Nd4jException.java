package dev.cambium.nd4j;

/** An operation of ND4J's failed. */
final class Nd4jException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With the operation, what it was given, and what ND4J said. */
  Nd4jException(String message, Throwable cause) {
    super(message, cause);
  }
}
