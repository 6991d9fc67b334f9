package dev.cambium.cpu;

import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The one thread that calls oneDNN. An OpenMP team belongs to the thread that started it, so all
 * primitives are created and run here; the caller waits. Called on the thread itself, work runs at
 * once. A hand-off costs microseconds: both sides spin shortly before they sleep.
 */
final class SubmissionThread implements AutoCloseable {
  private static final long SPIN_NANOS = 20_000;

  private final ReentrantLock callers = new ReentrantLock(true);
  private final Thread thread;
  private volatile Runnable work;
  private volatile boolean done;
  private volatile boolean closed;
  private Thread caller;
  private Throwable failure;

  /** Starts the thread; the JVM does not wait for it at its end. */
  SubmissionThread(String name) {
    thread = new Thread(this::loop, name);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Runs {@code task} after everything that was given before, and returns when it is done. What it
   * throws is thrown here.
   */
  void run(Runnable task) {
    if (isCurrent()) {
      task.run();
      return;
    }
    callers.lock();
    try {
      submit(task);
    } finally {
      callers.unlock();
    }
  }

  /** Whether the caller is the thread. */
  boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /** Computes a value on the thread. */
  <T> T call(Supplier<T> task) {
    Result<T> result = new Result<>(task);
    run(result);
    return result.value;
  }

  /** Throws when the backend was closed. */
  void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the cpu backend is used after it was closed");
    }
  }

  private void submit(Runnable task) {
    checkOpen();
    caller = Thread.currentThread();
    done = false;
    work = task;
    LockSupport.unpark(thread);
    awaitDone();
    Throwable thrown = failure;
    failure = null;
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
  }

  private void awaitDone() {
    boolean interrupted = false;
    long start = System.nanoTime();
    while (!done) {
      if (System.nanoTime() - start < SPIN_NANOS) {
        Thread.onSpinWait();
      } else {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void loop() {
    long idleSince = System.nanoTime();
    while (true) {
      Runnable task = work;
      if (task != null) {
        work = null;
        perform(task);
        idleSince = System.nanoTime();
      } else if (closed) {
        return;
      } else if (System.nanoTime() - idleSince < SPIN_NANOS) {
        Thread.onSpinWait();
      } else {
        LockSupport.park(this);
      }
    }
  }

  private void perform(Runnable task) {
    Thread waiting = caller;
    try {
      task.run();
    } catch (RuntimeException | Error thrown) {
      failure = thrown;
    }
    done = true;
    LockSupport.unpark(waiting);
  }

  /** Ends the thread after what runs on it. */
  @Override
  public void close() {
    callers.lock();
    try {
      closed = true;
      LockSupport.unpark(thread);
    } finally {
      callers.unlock();
    }
  }

  private static final class Result<T> implements Runnable {
    private final Supplier<T> task;
    private T value;

    Result(Supplier<T> task) {
      this.task = task;
    }

    @Override
    public void run() {
      value = task.get();
    }
  }
}
