package dev.cambium.spi;

/** By what clock {@link Backend#busyNanoseconds} measures. */
public enum KernelClock {
  /**
   * The host's, from before the first hand-over to the device until nothing is left to wait for.
   */
  HOST("the host's clock, the way to the device included"),

  /** The device's own events: what it worked, without the time between two commands. */
  DEVICE("the device's own events");

  private final String description;

  KernelClock(String description) {
    this.description = description;
  }

  /** What the times contain, for people. */
  public String description() {
    return description;
  }
}
