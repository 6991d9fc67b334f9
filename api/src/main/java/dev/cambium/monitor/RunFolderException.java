package dev.cambium.monitor;

import java.io.IOException;

/**
 * A folder is no run, holds a damaged one or one of a newer version, or cannot take one. The
 * message names the file, what was found, and what to do.
 */
public class RunFolderException extends IOException {
  private static final long serialVersionUID = 1L;

  /** With what was found, and what to do. */
  public RunFolderException(String message) {
    super(message);
  }

  /** With what was found, what to do, and the cause. */
  public RunFolderException(String message, Throwable cause) {
    super(message, cause);
  }
}
