package dev.cambium.gpu;

/** The device is gone (unplugged, reset, or its driver crashed); everything on it is lost. */
public final class DeviceLostException extends GpuException {
  private static final long serialVersionUID = 1L;

  /** With the device and what failed. */
  public DeviceLostException(String message) {
    super(message);
  }

  /** With the device, what failed, and because of what. */
  public DeviceLostException(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  DeviceLostException at(String label) {
    return new DeviceLostException(label + ": " + getMessage(), this);
  }
}
