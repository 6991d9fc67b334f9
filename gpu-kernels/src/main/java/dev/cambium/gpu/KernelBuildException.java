package dev.cambium.gpu;

/** A program does not compile for the device; the message has its name, its options and the log. */
public final class KernelBuildException extends GpuException {
  private static final long serialVersionUID = 1L;

  /** With the program, the line and the log. */
  public KernelBuildException(String message) {
    super(message);
  }
}
