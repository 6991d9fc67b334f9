package dev.cambium.nd4j;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * The one thread that calls ND4J. An array that ND4J makes belongs to the workspaces that its
 * thread has open, and an OpenMP team belongs to the thread that started it; neither may be the
 * caller's.
 */
final class Nd4jThread implements AutoCloseable {
  private final ExecutorService executor;
  private volatile Thread thread;

  /** Starts the thread; the JVM does not wait for it at its end. */
  Nd4jThread(String name) {
    executor =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread created = new Thread(task, name);
              created.setDaemon(true);
              thread = created;
              return created;
            });
  }

  /** Whether the caller is the thread. */
  boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /** Throws when the backend was closed. */
  void checkOpen() {
    if (executor.isShutdown()) {
      throw new IllegalStateException("the nd4j backend is used after it was closed");
    }
  }

  /**
   * Runs {@code task} after everything that was given before, and returns when it is done. What it
   * throws is thrown here.
   */
  void run(Runnable task) {
    call(
        () -> {
          task.run();
          return null;
        });
  }

  /** Computes a value on the thread. */
  <T> T call(Supplier<T> task) {
    if (isCurrent()) {
      return task.get();
    }
    checkOpen();
    try {
      return await(executor.submit(task::get));
    } catch (RejectedExecutionException closedMeanwhile) {
      throw new IllegalStateException(
          "the nd4j backend is used after it was closed", closedMeanwhile);
    }
  }

  /** Waits for the result, whatever interrupts. */
  private static <T> T await(Future<T> result) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return result.get();
        } catch (InterruptedException later) {
          interrupted = true;
        } catch (ExecutionException failed) {
          throw thrownBy(failed.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static RuntimeException thrownBy(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return failure instanceof RuntimeException exception
        ? exception
        : new IllegalStateException(failure);
  }

  /** Ends the thread after what was given to it. */
  @Override
  public void close() {
    executor.shutdown();
  }
}
