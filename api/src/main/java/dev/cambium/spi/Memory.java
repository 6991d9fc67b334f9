package dev.cambium.spi;

/**
 * A piece of a backend's memory with one owner. Closing frees it at once; use after close throws
 * {@link IllegalStateException}.
 */
public interface Memory extends AutoCloseable {
  /** The usable bytes. */
  long bytes();

  @Override
  void close();
}
