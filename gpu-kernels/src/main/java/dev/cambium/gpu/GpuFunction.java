package dev.cambium.gpu;

/**
 * A kernel with its arguments and its grid. Arguments keep their value from launch to launch; all
 * must be set before the first.
 */
public interface GpuFunction extends AutoCloseable {
  /**
   * Sets a pointer.
   *
   * @param argument the argument's index
   * @param memory where it points
   * @param offset the first byte, a multiple of 512
   */
  void set(int argument, GpuMemory memory, long offset);

  /** Sets an {@code int}. */
  void set(int argument, int value);

  /** Sets a 64-bit integer, {@code LONG} in a kernel. */
  void set(int argument, long value);

  /** Sets a {@code float}. */
  void set(int argument, float value);

  /** Sets a {@code double}. */
  void set(int argument, double value);

  /** Gives it to the device; allocates nothing. */
  void launch();

  /** Frees the arguments; the program stays. */
  @Override
  void close();
}
