package dev.cambium.monitor;

import java.util.function.LongSupplier;

/** How many items a second were done since the start. Not safe for concurrent use. */
public final class Throughput {
  private static final double NANOS_PER_SECOND = 1e9;

  private final LongSupplier nanos;
  private long start;
  private long items;

  /** Starts now. */
  public Throughput() {
    this(System::nanoTime);
  }

  /** Starts now by a clock of nanoseconds. */
  public Throughput(LongSupplier nanos) {
    this.nanos = nanos;
    restart();
  }

  /** Forgets what was done, and starts now. */
  public void restart() {
    start = nanos.getAsLong();
    items = 0;
  }

  /** Counts items that are done. */
  public void add(long count) {
    items += count;
  }

  /** The items since the start. */
  public long items() {
    return items;
  }

  /** Seconds since the start. */
  public double seconds() {
    return (nanos.getAsLong() - start) / NANOS_PER_SECOND;
  }

  /** Items a second since the start; 0 as long as none is done. */
  public double perSecond() {
    return items == 0 ? 0 : items / seconds();
  }
}
