package dev.cambium.gpu;

/**
 * Turns the status codes of one context into exceptions, and remembers when its device was lost. In
 * every driver's interface 0 is success.
 */
public abstract class GpuFaults {
  private final String device;
  private DeviceLostException loss;

  /** With what to call the device. */
  protected GpuFaults(String device) {
    this.device = device;
  }

  /** The device's name. */
  public final String device() {
    return device;
  }

  /** Throws unless a call succeeded. */
  public final void check(int status, String call) {
    if (status != 0) {
      throw failure(status, call);
    }
  }

  /** Throws unless a call that waits, and so what was given to the device before, succeeded. */
  public final void checkFinished(int status, String call) {
    if (status != 0) {
      throw noted(failure(status, call, true));
    }
  }

  /** Throws when the device was lost before. */
  public final void requireDevice() {
    if (loss != null) {
      throw new DeviceLostException(loss.getMessage(), loss);
    }
  }

  /** What a code other than success becomes, for the caller to throw. */
  public final GpuException failure(int status, String call) {
    return noted(failure(status, call, false));
  }

  /**
   * What a code other than success means.
   *
   * @param status the code
   * @param call what was called, with the kernel's name
   * @param waited whether the call waits for what was given before
   */
  protected abstract GpuException failure(int status, String call, boolean waited);

  private GpuException noted(GpuException failure) {
    if (failure instanceof DeviceLostException lost) {
      loss = lost;
    }
    return failure;
  }
}
