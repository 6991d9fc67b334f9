package dev.cambium.gpu;

import dev.cambium.spi.DeviceException;

/**
 * The device or its driver reported an error; the message names the call, the code and what to do.
 */
public class GpuException extends DeviceException {
  private static final long serialVersionUID = 1L;

  /** With what failed. */
  public GpuException(String message) {
    super(message);
  }

  /** With what failed, and because of what. */
  public GpuException(String message, Throwable cause) {
    super(message, cause);
  }

  /** This error with the operation of the layer in whose launch it surfaced. */
  GpuException at(String label) {
    return new GpuException(label + ": " + getMessage(), this);
  }
}
