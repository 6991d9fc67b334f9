package dev.cambium.gpu;

/** A call of a library of the device's maker did not succeed, while the device still works. */
public final class VendorException extends GpuException {
  private static final long serialVersionUID = 1L;

  private final String library;
  private final boolean unsupported;

  /**
   * A call that failed.
   *
   * @param library the library, as people know it
   * @param call the function
   * @param status what it said, in words
   * @param unsupported whether it only says that it does not do this; it is as good as before then
   */
  public VendorException(String library, String call, String status, boolean unsupported) {
    super(call + " of " + library + " says " + status);
    this.library = library;
    this.unsupported = unsupported;
  }

  /** The library, as people know it. */
  public String library() {
    return library;
  }

  /** Whether it only says that it does not do this. */
  public boolean isUnsupported() {
    return unsupported;
  }
}
