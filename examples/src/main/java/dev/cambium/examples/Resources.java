package dev.cambium.examples;

import java.util.ArrayDeque;
import java.util.Deque;

/** What is to be closed together, the last one first; one that fails holds up no other. */
final class Resources implements AutoCloseable {
  private final Deque<Runnable> closing = new ArrayDeque<>();

  /** Adds how one of them is closed. */
  void add(Runnable close) {
    closing.push(close);
  }

  /** Closes all because of {@code cause}, which stays what is reported. */
  void closeAfter(Throwable cause) {
    try {
      close();
    } catch (RuntimeException failure) {
      cause.addSuppressed(failure);
    }
  }

  /** Throws the first failure, with the others suppressed, when all were closed. */
  @Override
  public void close() {
    RuntimeException first = null;
    while (!closing.isEmpty()) {
      try {
        closing.pop().run();
      } catch (RuntimeException failure) {
        if (first == null) {
          first = failure;
        } else {
          first.addSuppressed(failure);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
