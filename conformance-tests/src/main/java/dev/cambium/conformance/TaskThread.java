package dev.cambium.conformance;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Runs one task after the other on a thread of its own, so that one that does not end can be given
 * up. The thread of such a task is left to itself, as nothing stops native code; it does not keep
 * the process alive.
 */
final class TaskThread implements AutoCloseable {
  private final Duration limit;
  private final Duration interval;
  private ExecutorService executor;
  private volatile Thread thread;

  /**
   * No thread yet.
   *
   * @param limit how long a task may take; zero for any time
   * @param interval how often to tell of a task that is still running
   */
  TaskThread(Duration limit, Duration interval) {
    this.limit = limit;
    this.interval = interval;
  }

  /** A task that did not end in time. */
  static final class Hanging extends Exception {
    private static final long serialVersionUID = 1;

    Hanging(String message) {
      super(message);
    }
  }

  /**
   * Runs a task and waits for it.
   *
   * @param task what to run
   * @param running told from time to time how long the task has been running
   * @throws Hanging when it takes longer than the limit, or the caller is interrupted; the message
   *     says where it is
   * @throws ExecutionException when the task throws, with what it threw as the cause
   */
  <T> T run(Supplier<T> task, Consumer<Duration> running) throws Hanging, ExecutionException {
    CompletableFuture<T> result = CompletableFuture.supplyAsync(task, executor());
    long start = System.nanoTime();
    while (true) {
      try {
        return result.get(next(System.nanoTime() - start), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        Duration time = Duration.ofNanos(System.nanoTime() - start);
        if (!limit.isZero() && time.compareTo(limit) >= 0) {
          throw giveUp("did not end within ", time);
        }
        running.accept(time);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw giveUp("was interrupted after ", Duration.ofNanos(System.nanoTime() - start));
      }
    }
  }

  /** How long to wait until something is due: the end of the interval, or of all patience. */
  private long next(long waited) {
    long rest = limit.isZero() ? Long.MAX_VALUE : Math.max(1, limit.toNanos() - waited);
    return Math.min(interval.toNanos(), rest);
  }

  private Hanging giveUp(String what, Duration time) {
    Optional<StackTraceElement> place =
        Arrays.stream(thread.getStackTrace())
            .filter(frame -> !frame.getClassName().matches("(java|jdk|sun)\\..*"))
            .findFirst();
    executor.shutdownNow();
    executor = null;
    return new Hanging(
        what + time.toSeconds() + " s" + place.map(frame -> ", it is in " + frame).orElse(""));
  }

  private ExecutorService executor() {
    if (executor == null) {
      executor =
          Executors.newSingleThreadExecutor(
              runnable -> {
                thread = new Thread(runnable, "conformance");
                thread.setDaemon(true);
                return thread;
              });
    }
    return executor;
  }

  /** Ends the thread. */
  @Override
  public void close() {
    if (executor != null) {
      executor.shutdown();
    }
  }
}
