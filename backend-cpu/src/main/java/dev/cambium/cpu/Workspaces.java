package dev.cambium.cpu;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * Working arrays for the chunks of a loop, as many as there are threads, made when the kernel is
 * prepared: a chunk takes one and gives it back.
 *
 * @param <W> what a chunk works in
 */
final class Workspaces<W> {
  private final AtomicReferenceArray<W> free;

  /** Makes one for each thread. */
  Workspaces(CpuPlatform platform, Supplier<W> workspace) {
    free = new AtomicReferenceArray<>(platform.threads());
    for (int i = 0; i < free.length(); i++) {
      free.set(i, workspace.get());
    }
  }

  /** A workspace that nobody else has; there is always one, as a thread takes one at a time. */
  W take() {
    while (true) {
      for (int i = 0; i < free.length(); i++) {
        W workspace = free.getAndSet(i, null);
        if (workspace != null) {
          return workspace;
        }
      }
    }
  }

  /** Gives one back that was taken. */
  void give(W workspace) {
    int i = 0;
    while (!free.compareAndSet(i, null, workspace)) {
      i = (i + 1) % free.length();
    }
  }
}
