package dev.cambium.runtime;

import dev.cambium.spi.Backend;
import dev.cambium.spi.Launch;
import dev.cambium.spi.Sequence;
import java.util.List;

/**
 * Kernels of the backend, one after the other; in synchronous mode it waits at its end, so that an
 * error names the operation.
 */
final class NativeSegment implements Segment {
  private final Backend backend;
  private final ParameterStore store;
  private final List<Launch> launches;
  private final Sequence sequence;
  private final boolean synchronous;

  /**
   * Steps on the backend.
   *
   * @param store is told of errors, which may be of launches of runs before
   */
  NativeSegment(Backend backend, ParameterStore store, List<Launch> launches, boolean synchronous) {
    this.backend = backend;
    this.store = store;
    this.launches = launches;
    this.sequence = backend.sequence(launches);
    this.synchronous = synchronous;
  }

  @Override
  public void run() {
    if (synchronous) {
      store.awaited(this::runAndWait);
    } else {
      store.guarded(sequence::run);
    }
  }

  private void runAndWait() {
    try {
      sequence.run();
      backend.synchronize();
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          launches.get(0).label() + " failed on " + backend.name() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    sequence.close();
  }
}
