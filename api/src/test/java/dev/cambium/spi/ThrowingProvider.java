package dev.cambium.spi;

/** A provider whose constructor fails like one that loads a native library that is not there. */
public final class ThrowingProvider implements BackendProvider {
  /** Fails. */
  public ThrowingProvider() {
    throw new UnsatisfiedLinkError("no accelerator in java.library.path");
  }

  @Override
  public String name() {
    throw new AssertionError("never made");
  }

  @Override
  public Probe probe() {
    throw new AssertionError("never made");
  }

  @Override
  public Backend open(BackendConfig config) {
    throw new AssertionError("never made");
  }
}
