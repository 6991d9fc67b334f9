package dev.cambium.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs loops on the submission thread and helper threads. The chunks are a function of the loop's
 * length and grain alone, never of the number of threads, so a reduction that keeps one partial
 * result per chunk and adds them in the chunks' order gives the same bits on any machine.
 */
final class CpuParallel implements AutoCloseable {
  /** Runs every chunk on the calling thread, whichever it is. */
  static final CpuParallel INLINE = new CpuParallel(1);

  private static final long SPIN_NANOS = 20_000;

  private final Thread[] helpers;

  /** High half: which loop; low half: how many of its chunks nobody has taken yet. */
  private final AtomicLong tickets = new AtomicLong();

  private final AtomicInteger done = new AtomicInteger();
  private volatile Throwable failure;
  private volatile boolean closed;

  // The loop at hand: written before its tickets are, and not again before its last chunk is done,
  // so that who took a ticket reads them safely.
  private long n;
  private long grain;
  private int chunks;
  private Body body;

  /** Starts {@code threads - 1} helpers; the thread that calls {@link #loop} works too. */
  CpuParallel(int threads) {
    helpers = new Thread[threads - 1];
    for (int i = 0; i < helpers.length; i++) {
      helpers[i] = new Thread(this::help, "cambium-cpu-loop-" + (i + 1));
      helpers[i].setDaemon(true);
      helpers[i].start();
    }
  }

  /** The body of a loop. */
  @FunctionalInterface
  interface Body {
    /** Does the elements from {@code from} (inclusive) to {@code to} (exclusive). */
    void run(int chunk, long from, long to);
  }

  /** The number of chunks of {@code grain} elements that [0, n) falls into. */
  static int chunks(long n, long grain) {
    return Math.toIntExact((n + grain - 1) / grain);
  }

  /**
   * Runs {@code body} over [0, n) in chunks of {@code grain} elements, the last one shorter, and
   * returns when all are done; allocates nothing. To be called on the submission thread. A loop of
   * one chunk runs without waking anybody.
   */
  void loop(long n, long grain, Body body) {
    int chunks = chunks(n, grain);
    if (chunks <= 1 || helpers.length == 0) {
      for (int i = 0; i < chunks; i++) {
        body.run(i, i * grain, Math.min(n, (i + 1) * grain));
      }
      return;
    }
    this.n = n;
    this.grain = grain;
    this.chunks = chunks;
    this.body = body;
    done.set(0);
    tickets.set((((tickets.get() >>> 32) + 1) << 32) | chunks);
    int wanted = Math.min(helpers.length, chunks - 1);
    for (int i = 0; i < wanted; i++) {
      LockSupport.unpark(helpers[i]);
    }
    work();
    await(chunks);
  }

  /** Takes chunks until none is left; false when there was none. */
  private boolean work() {
    boolean any = false;
    while (true) {
      long ticket = tickets.get();
      int left = (int) ticket;
      if (left == 0) {
        return any;
      }
      // A ticket of an earlier loop does not compare equal, as the high half differs.
      if (tickets.compareAndSet(ticket, ticket - 1)) {
        perform(chunks - left);
        any = true;
      }
    }
  }

  private void perform(int chunk) {
    try {
      body.run(chunk, chunk * grain, Math.min(n, (chunk + 1) * grain));
    } catch (RuntimeException | Error thrown) {
      failure = thrown;
    }
    done.incrementAndGet();
  }

  private void await(int chunks) {
    while (done.get() < chunks) {
      Thread.onSpinWait();
    }
    Throwable thrown = failure;
    failure = null;
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
  }

  private void help() {
    long idleSince = System.nanoTime();
    while (!closed) {
      if (work()) {
        idleSince = System.nanoTime();
      } else if (System.nanoTime() - idleSince < SPIN_NANOS) {
        Thread.onSpinWait();
      } else {
        LockSupport.park(this);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    for (Thread helper : helpers) {
      LockSupport.unpark(helper);
    }
  }
}
