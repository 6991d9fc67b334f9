package dev.cambium.train;

import java.io.IOException;

/**
 * A file holds no model or no training that this version can read; the message names the file and
 * what is wrong.
 */
public class ModelFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  /** With the file, and what is wrong with it. */
  public ModelFormatException(String message) {
    super(message);
  }

  /** With the file, what is wrong with it, and the cause. */
  public ModelFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
