package dev.cambium.runtime;

/** A stretch of a plan that runs without a break. */
@FunctionalInterface
interface Segment extends AutoCloseable {
  void run();

  @Override
  default void close() {}
}
