package dev.cambium.examples;

import java.util.concurrent.CountDownLatch;

/**
 * Turns Ctrl-C and SIGTERM into a request to stop: while armed, the process ends only after its
 * main thread has finished what it was doing, with the status that it returns.
 */
final class StopSignal {
  /** The exit status of a command that was asked to stop, as shells know it: 128 + SIGINT. */
  static final int STOPPED = 130;

  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile int status;
  private Thread hook;

  /**
   * From now on {@code request} is run when somebody wants the process to end; at once where that
   * was so while the signal was armed before.
   */
  void arm(Runnable request) {
    hook = new Thread(() -> stop(request), "stop");
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException e) {
      request.run(); // the process is ending already, held up by the hook before
    }
  }

  private void stop(Runnable request) {
    request.run();
    try {
      finished.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(status);
  }

  /** From now on the process ends at once. */
  void disarm() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      hook = null; // it runs already, and waits for the end of the command
    }
  }

  /** The command has ended, and has said everything. */
  void finished(int status) {
    this.status = status;
    finished.countDown();
  }
}
