package dev.cambium.spi;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * How long each kernel and each transfer took, as a {@link TracingBackend} measured it. Safe for
 * concurrent use.
 */
public final class KernelTrace {
  /**
   * All runs under one name.
   *
   * @param name the operation, or the operation of one layer
   * @param calls how often it ran
   * @param nanoseconds the time of all runs together
   * @param flops the floating-point operations of all runs, 0 when they are not counted
   * @param bytes the bytes that all runs had to move at least
   */
  public record Row(String name, long calls, long nanoseconds, long flops, long bytes) {
    /** The time of all runs. */
    public double milliseconds() {
      return nanoseconds * 1e-6;
    }

    /** The time of one run. */
    public double millisecondsPerCall() {
      return calls == 0 ? 0 : milliseconds() / calls;
    }

    /** 10^9 floating-point operations per second. */
    public double gigaflopsPerSecond() {
      return nanoseconds == 0 ? 0 : (double) flops / nanoseconds;
    }

    /** 10^9 bytes per second. */
    public double gigabytesPerSecond() {
      return nanoseconds == 0 ? 0 : (double) bytes / nanoseconds;
    }

    private Row plus(Row other, String name) {
      return new Row(
          name,
          calls + other.calls,
          nanoseconds + other.nanoseconds,
          flops + other.flops,
          bytes + other.bytes);
    }
  }

  private record Key(String operation, String label) {}

  private final Map<Key, Row> rows = new LinkedHashMap<>();
  private final KernelClock clock;

  /** An empty trace of times by {@code clock}. */
  KernelTrace(KernelClock clock) {
    this.clock = clock;
  }

  /** By what clock the times were measured. */
  public KernelClock clock() {
    return clock;
  }

  /** Adds one run. */
  synchronized void add(String operation, String label, long nanoseconds, KernelCost cost) {
    Row run = new Row(label, 1, nanoseconds, cost.flops(), cost.bytes());
    rows.merge(new Key(operation, label), run, (before, now) -> before.plus(now, label));
  }

  /** Forgets all runs. */
  public synchronized void reset() {
    rows.clear();
  }

  /** One row per operation, the longest time first. */
  public List<Row> byOperation() {
    return by(Key::operation);
  }

  /** One row per label (an operation of a layer), the longest time first. */
  public List<Row> byLabel() {
    return by(Key::label);
  }

  /** Everything together. */
  public Row total() {
    return by(key -> "total").stream().findFirst().orElse(new Row("total", 0, 0, 0, 0));
  }

  private synchronized List<Row> by(Function<Key, String> name) {
    Map<String, Row> sums = new LinkedHashMap<>();
    rows.forEach(
        (key, row) ->
            sums.merge(
                name.apply(key),
                row.plus(new Row("", 0, 0, 0, 0), name.apply(key)),
                (a, b) -> a.plus(b, a.name())));
    List<Row> sorted = new ArrayList<>(sums.values());
    sorted.sort(Comparator.comparingLong(Row::nanoseconds).reversed());
    return sorted;
  }

  /**
   * The costliest kernels, each of its own layer, and what they achieve: GFLOP/s where products are
   * counted, else GB/s if each input and output moves once. The first line says by what clock.
   *
   * @param most how many rows at most
   */
  public String costliest(int most) {
    List<Row> costliest = byLabel().stream().limit(most).toList();
    Row total = total();
    int width = costliest.stream().mapToInt(row -> row.name().length()).max().orElse(0);
    String name = "%-" + Math.max(width, "kernel".length()) + "s";
    StringBuilder table = new StringBuilder();
    table.append(String.format("the costliest kernels, by %s:%n", clock.description()));
    table.append(
        String.format(
            name + " %8s %10s %7s %14s%n", "kernel", "calls", "ms a call", "share", "achieved"));
    for (Row row : costliest) {
      table.append(
          String.format(
              Locale.ROOT,
              name + " %8d %10.3f %6.1f%% %14s%n",
              row.name(),
              row.calls(),
              row.millisecondsPerCall(),
              share(row, total),
              achieved(row)));
    }
    return table.toString();
  }

  private static String achieved(Row row) {
    return row.flops() > 0
        ? rate(row.flops(), row.gigaflopsPerSecond()) + " GFLOP/s"
        : rate(row.bytes(), row.gigabytesPerSecond()) + " GB/s";
  }

  /** {@link #costliest} of five, and below it the {@link #table} by operation. */
  public String report() {
    return costliest(5) + table(byOperation());
  }

  /**
   * The rows as a table of name, calls, milliseconds, share of the total time, GFLOP/s and GB/s; a
   * dash where nothing is counted. Its last line is the total.
   */
  public String table(List<Row> rows) {
    Row total = total();
    int width = rows.stream().mapToInt(row -> row.name().length()).max().orElse(0);
    String name = "%-" + Math.max(width, "operation".length()) + "s";
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            name + " %8s %10s %7s %9s %7s%n",
            "operation",
            "calls",
            "ms",
            "share",
            "GFLOP/s",
            "GB/s"));
    rows.forEach(row -> table.append(line(name, row, total)));
    return table.append(line(name, total, total)).toString();
  }

  private static String line(String name, Row row, Row total) {
    return String.format(
        Locale.ROOT,
        name + " %8d %10.3f %6.1f%% %9s %7s%n",
        row.name(),
        row.calls(),
        row.milliseconds(),
        share(row, total),
        rate(row.flops(), row.gigaflopsPerSecond()),
        rate(row.bytes(), row.gigabytesPerSecond()));
  }

  /** Per cent of the total time. */
  private static double share(Row row, Row total) {
    return total.nanoseconds() == 0 ? 0 : 100.0 * row.nanoseconds() / total.nanoseconds();
  }

  private static String rate(long amount, double perNanosecond) {
    return amount == 0 ? "-" : String.format(Locale.ROOT, "%.1f", perNanosecond);
  }
}
