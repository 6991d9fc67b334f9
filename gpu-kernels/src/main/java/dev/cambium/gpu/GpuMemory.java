package dev.cambium.gpu;

/** A piece of device memory, which begins at a multiple of at least 256 bytes. */
public interface GpuMemory extends AutoCloseable {
  /** Its length in bytes. */
  long bytes();

  /**
   * Refuses bytes that it does not have.
   *
   * @throws IllegalArgumentException when the range does not lie in it
   */
  default void requireRange(long offset, long length) {
    if (offset < 0 || length < 0 || length > bytes() - offset) {
      throw new IllegalArgumentException(
          "range must lie in the memory's "
              + bytes()
              + " bytes, got "
              + length
              + " from byte "
              + offset
              + " on");
    }
  }

  /**
   * This memory for its next owner, perhaps as another object: this one is not used any more. What
   * the context made for places in it goes, after what was given to the device before.
   */
  default GpuMemory renewed() {
    return this;
  }

  /** Gives it back, after what was given to the device before. A second call does nothing. */
  @Override
  void close();
}
