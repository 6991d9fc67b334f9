package dev.cambium.examples;

/** Somebody who does the work of a {@link BackendComparison} when it is his turn. */
interface BenchContender extends AutoCloseable {
  /** What its column is called. */
  String name();

  /** What it runs on, a line for people. */
  String description();

  /** Does a task, and says how fast: GFLOP/s or images/s; NaN for work that it does not do. */
  double speed(BenchTask task);

  @Override
  void close();
}
