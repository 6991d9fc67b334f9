package dev.cambium.monitor;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Shows how far an epoch is. On a terminal one line is drawn over and over, at most ten times a
 * second; it never exceeds the terminal's width: the bar shrinks first, then the end is cut.
 *
 * <pre>
 * epoch 2/5 [=========&gt;          ] 230/469 1234 images/s loss 0.3456 accuracy 0.8912 0:42 left
 * </pre>
 *
 * <p>Where nobody watches, a plain line every ten seconds says the same without the bar. In both
 * cases one line remains of the epoch:
 *
 * <pre>
 * epoch 2/5 469/469 1234 images/s loss 0.3012 accuracy 0.9034 validation_accuracy 0.8960 in 1:23
 * </pre>
 *
 * <p>Fields are separated by one space; times are m:ss or h:mm:ss; a value has four decimals, or is
 * in scientific notation where it is too large or small for them. "Left" is the time to the end of
 * the epoch's batches at the rate since it began. Safe for use from several threads.
 */
public final class ProgressBar {
  private static final long LIVE_INTERVAL = 100_000_000L;
  private static final long PLAIN_INTERVAL = 10_000_000_000L;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final int LONGEST_BAR = 30;
  private static final int SHORTEST_BAR = 5;

  private final PrintStream out;
  private final Terminal terminal;
  private final LongSupplier nanos;

  private String label = "";
  private long batches;
  private long firstBatch;
  private long batch;
  private long images;
  private long began;
  private long updated;
  private long nextDraw;
  private int drawn;

  /** Shows progress on {@code out}, which is attached to {@code terminal}. */
  public ProgressBar(PrintStream out, Terminal terminal) {
    this(out, terminal, System::nanoTime);
  }

  /** As the public constructor, by a clock of nanoseconds. */
  ProgressBar(PrintStream out, Terminal terminal, LongSupplier nanos) {
    this.out = out;
    this.terminal = terminal;
    this.nanos = nanos;
  }

  /**
   * Begins an epoch, or goes on within one.
   *
   * @param label what the line starts with: {@code epoch 2/5}
   * @param batches how many batches there are
   * @param done how many of them were done before; 0, unless a run resumes
   */
  public synchronized void begin(String label, long batches, long done) {
    this.label = label;
    this.batches = batches;
    firstBatch = done;
    batch = done;
    images = 0;
    began = nanos.getAsLong();
    updated = began;
    nextDraw = began + (terminal.interactive() ? 0 : PLAIN_INTERVAL);
  }

  /**
   * Takes in that a batch is done.
   *
   * @param batch how many batches of the epoch are done
   * @param images the images in this batch; where there are none at all, no rate is shown
   * @param values what to show by name; asked only when a line is drawn
   */
  public synchronized void update(
      long batch, long images, Supplier<? extends Map<String, Double>> values) {
    this.batch = batch;
    this.images += images;
    updated = nanos.getAsLong();
    if (updated - nextDraw < 0) {
      return;
    }
    String tail = rate() + fields(values.get()) + left();
    if (terminal.interactive()) {
      draw(withBar(tail));
      nextDraw = updated + LIVE_INTERVAL;
    } else {
      out.print(label + " " + batch + "/" + batches + tail + "\n");
      out.flush();
      nextDraw = updated + PLAIN_INTERVAL;
    }
  }

  /**
   * Ends the epoch with the line that remains.
   *
   * @param values what to show by name, in their order
   */
  public synchronized void end(Map<String, Double> values) {
    String time = " in " + duration((nanos.getAsLong() - began) / NANOS_PER_SECOND);
    message(label + " " + batch + "/" + batches + rate() + fields(values) + time);
  }

  /** Prints a line of its own, in the place of the one that is drawn. */
  public synchronized void message(String text) {
    clear();
    out.print(text + "\n");
    out.flush();
  }

  /** Wipes the line that is drawn, so that others can write. */
  public synchronized void clear() {
    if (drawn > 0) {
      out.print("\r" + " ".repeat(drawn) + "\r");
      out.flush();
      drawn = 0;
    }
  }

  private void draw(String line) {
    out.print("\r" + line + " ".repeat(Math.max(0, drawn - line.length())));
    out.flush();
    drawn = line.length();
  }

  /** The line with as long a bar as fits, one column short of the width so that it never wraps. */
  private String withBar(String tail) {
    String count = " " + batch + "/" + batches;
    int room = terminal.width() - 1;
    int bar = Math.min(LONGEST_BAR, room - label.length() - count.length() - tail.length() - 3);
    String line =
        bar < SHORTEST_BAR ? label + count + tail : label + " [" + bar(bar) + "]" + count + tail;
    return line.length() <= room ? line : line.substring(0, room);
  }

  private String bar(int length) {
    double share = batches == 0 ? 1 : (double) batch / batches;
    int full = (int) Math.min(length, Math.floor(share * length));
    String done = "=".repeat(full);
    return full == length ? done : done + ">" + " ".repeat(length - full - 1);
  }

  private String rate() {
    double seconds = (updated - began) / NANOS_PER_SECOND;
    return seconds <= 0 || images == 0
        ? ""
        : String.format(Locale.ROOT, " %.0f images/s", images / seconds);
  }

  private String left() {
    long done = batch - firstBatch;
    double seconds = (updated - began) / NANOS_PER_SECOND;
    return done <= 0 ? "" : " " + duration(seconds / done * (batches - batch)) + " left";
  }

  private static String fields(Map<String, Double> values) {
    StringBuilder text = new StringBuilder();
    values.forEach(
        (name, value) -> text.append(' ').append(name).append(' ').append(number(value)));
    return text.toString();
  }

  private static String number(double value) {
    double size = Math.abs(value);
    boolean plain = size == 0 || size >= 1e-3 && size < 1e6 || !Double.isFinite(value);
    return String.format(Locale.ROOT, plain ? "%.4f" : "%.3e", value);
  }

  private static String duration(double seconds) {
    long whole = Math.max(0, Math.round(seconds));
    return whole < 3600
        ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
  }
}
