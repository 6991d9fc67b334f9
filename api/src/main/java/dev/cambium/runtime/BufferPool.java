package dev.cambium.runtime;

import dev.cambium.spi.Backend;
import dev.cambium.spi.Memory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Working memory that several plans of one caller share: what a plan keeps here lasts no longer
 * than one run. Owns the memory; of two plans over one pool only one may run at a time.
 */
public final class BufferPool implements AutoCloseable {
  private final Backend backend;
  private final List<Memory> pieces = new ArrayList<>();
  private final LeakReport leak = LeakReport.watch(this, "a buffer pool");
  private boolean closed;

  /** An empty pool. */
  public BufferPool(Backend backend) {
    this.backend = backend;
  }

  /** The backend that holds the memory. */
  public Backend backend() {
    return backend;
  }

  /**
   * A piece of memory for each of {@code sizes}, all different, at least that large; the pieces of
   * earlier calls are used again.
   */
  synchronized List<Memory> pieces(List<Long> sizes) {
    if (closed) {
      throw new IllegalStateException("the buffer pool is closed");
    }
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < sizes.size(); i++) {
      order.add(i);
    }
    order.sort(Comparator.comparing(sizes::get).reversed());
    List<Memory> free = new ArrayList<>(pieces);
    Memory[] result = new Memory[sizes.size()];
    for (int i : order) {
      result[i] = take(free, sizes.get(i));
    }
    return List.of(result);
  }

  private Memory take(List<Memory> free, long bytes) {
    Memory best = null;
    for (Memory piece : free) {
      if (piece.bytes() >= bytes && (best == null || piece.bytes() < best.bytes())) {
        best = piece;
      }
    }
    if (best == null) {
      best = backend.allocate(bytes);
      pieces.add(best);
    } else {
      free.remove(best);
    }
    return best;
  }

  /** Frees the memory; plans over it cannot run any more. */
  @Override
  public synchronized void close() {
    closed = true;
    leak.closed();
    List<Memory> all = List.copyOf(pieces);
    pieces.clear();
    Plan.closeAll(all);
  }
}
