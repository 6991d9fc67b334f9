package dev.cambium.spi;

/** A fixed list of launches that a backend runs again and again, in order, without allocating. */
public interface Sequence extends AutoCloseable {
  /** Gives all launches to the backend. */
  void run();

  /** Frees what the backend made for the sequence; the kernels stay. */
  @Override
  default void close() {}
}
