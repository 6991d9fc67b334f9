package dev.cambium.gpu;

/** A piece of device memory, which begins at a multiple of 512 bytes. */
public interface GpuMemory extends AutoCloseable {
  /** Its length in bytes. */
  long bytes();

  /** Gives it back, after what was given to the device before. A second call does nothing. */
  @Override
  void close();
}
