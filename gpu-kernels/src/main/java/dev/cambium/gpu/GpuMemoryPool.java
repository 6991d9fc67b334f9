package dev.cambium.gpu;

import dev.cambium.spi.Backend;
import dev.cambium.spi.MemoryStatistics;
import dev.cambium.spi.OutOfMemoryException;
import java.lang.ref.Cleaner;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives out device memory and keeps the books. What is closed is kept for the next request of its
 * size, as an allocation of a driver takes long: what was given to the device before still uses it,
 * and what comes later runs later. When the device has nothing left, all that is kept goes back to
 * it first, and it is waited for. The gate of the platform is held by whoever calls what is not
 * synchronized by itself.
 */
final class GpuMemoryPool {
  private static final Logger LOG = LoggerFactory.getLogger(GpuMemoryPool.class);
  private static final long GRAIN = Backend.ALIGNMENT;

  /** What is kept at most: a part of the device's memory, and no more than so many bytes. */
  private static final int KEPT_SHARE = 8;

  private static final long MOST_KEPT = 1L << 30;

  private final GpuPlatform platform;
  private final long limit;
  private final Cleaner leaks;
  private final TreeMap<Long, Deque<GpuMemory>> kept = new TreeMap<>();
  private final Set<Lease> open = new LinkedHashSet<>();
  private long keptBytes;
  private long bytes;
  private long peakBytes;
  private long totalAllocations;

  /**
   * A pool with nothing in it.
   *
   * @param platform the device
   * @param limit the bytes that it gives out at most
   * @param traceLeaks whether to warn, with the stack of the allocation, about memory that became
   *     unreachable before it was closed
   */
  GpuMemoryPool(GpuPlatform platform, long limit, boolean traceLeaks) {
    this.platform = platform;
    this.limit = limit;
    this.leaks = traceLeaks ? Cleaner.create() : null;
  }

  String name() {
    return platform.name();
  }

  /**
   * Memory for an owner.
   *
   * @throws OutOfMemoryException when the limit or the device does not give so much
   */
  GpuSlot allocate(long requested) {
    if (requested < 0) {
      throw new IllegalArgumentException(
          "bytes of a memory must not be negative, got " + requested);
    }
    return platform.inOrder(
        () -> {
          platform.requireOpen();
          if (requested > limit - bytes) {
            throw outOfMemory(requested, null);
          }
          Lease lease = new Lease(requested, borrow(requested), true);
          open.add(lease);
          bytes += requested;
          peakBytes = Math.max(peakBytes, bytes);
          totalAllocations++;
          GpuSlot slot = new GpuSlot(this, lease);
          if (leaks != null) {
            leaks.register(slot, new LeakReport(name(), lease));
          }
          return slot;
        });
  }

  /** Memory for a short while, which is not counted; {@link #giveBack} it. Within the gate. */
  GpuMemory borrow(long requested) {
    long size = Math.max(GRAIN, (requested + GRAIN - 1) & -GRAIN);
    Map.Entry<Long, Deque<GpuMemory>> fitting = kept.ceilingEntry(size);
    if (fitting != null && fitting.getKey() - size <= size / 4) {
      GpuMemory memory = fitting.getValue().pop();
      if (fitting.getValue().isEmpty()) {
        kept.remove(fitting.getKey());
      }
      keptBytes -= memory.bytes();
      return memory;
    }
    try {
      return platform.context().allocate(size);
    } catch (OutOfMemoryException full) {
      LOG.debug("waits for what was given back: {}", full.getMessage());
      return allocateAfterRelease(size);
    }
  }

  /** Also what is not kept may be on its way to the device, behind what still uses it. */
  private GpuMemory allocateAfterRelease(long size) {
    release();
    platform.context().synchronize();
    try {
      return platform.context().allocate(size);
    } catch (OutOfMemoryException stillFull) {
      throw outOfMemory(size, stillFull);
    }
  }

  /** As {@link #borrow}, as kernels take it; closed by its owner. Within the gate. */
  GpuSlot lend(long requested) {
    return new GpuSlot(this, new Lease(requested, borrow(requested), false));
  }

  /** Takes back what {@link #borrow} gave. Within the gate. */
  void giveBack(GpuMemory memory) {
    long most = Math.min(MOST_KEPT, platform.device().globalBytes() / KEPT_SHARE);
    if (keptBytes + memory.bytes() > most) {
      memory.close();
    } else {
      keptBytes += memory.bytes();
      kept.computeIfAbsent(memory.bytes(), size -> new ArrayDeque<>()).push(memory.renewed());
    }
  }

  /** Takes a lease back; a second call does nothing. */
  void close(Lease lease) {
    platform.inOrder(
        () -> {
          GpuMemory memory = lease.memory;
          if (memory != null) {
            lease.memory = null;
            if (lease.counted) {
              open.remove(lease);
              bytes -= lease.bytes;
            }
            giveBack(memory);
          }
          return null;
        });
  }

  /** Gives everything that is kept back to the device. Within the gate. */
  private void release() {
    kept.values().forEach(memories -> memories.forEach(GpuMemory::close));
    kept.clear();
    keptBytes = 0;
  }

  /** Frees whatever is still open, and what is kept. Within the gate. */
  void freeAll() {
    List.copyOf(open).forEach(this::close);
    release();
  }

  /** The books. */
  MemoryStatistics statistics() {
    return platform.inOrder(
        () -> new MemoryStatistics(bytes, open.size(), peakBytes, totalAllocations));
  }

  private OutOfMemoryException outOfMemory(long requested, OutOfMemoryException cause) {
    OutOfMemoryException exception =
        new OutOfMemoryException(
            platform.name()
                + " cannot allocate "
                + requested
                + " bytes: "
                + bytes
                + " are in use"
                + (limit == Long.MAX_VALUE
                    ? ""
                    : " of " + limit + " (" + platform.device().backend() + ".memoryLimit)")
                + (cause == null ? "" : " (" + cause.getMessage() + ")")
                + (cause == null ? "; raise that limit," : ";")
                + " use a smaller batch, or close models that are no longer needed");
    exception.initCause(cause);
    return exception;
  }

  /** What an owner was given. */
  static final class Lease {
    private final long bytes;
    private final boolean counted;
    private volatile GpuMemory memory;

    private Lease(long bytes, GpuMemory memory, boolean counted) {
      this.bytes = bytes;
      this.memory = memory;
      this.counted = counted;
    }

    long bytes() {
      return bytes;
    }

    /** The memory; null when it was given back. */
    GpuMemory memory() {
      return memory;
    }
  }

  /** Says where memory was allocated that nobody closed. */
  private static final class LeakReport implements Runnable {
    private final String backend;
    private final Lease lease;
    private final Throwable allocated;

    LeakReport(String backend, Lease lease) {
      this.backend = backend;
      this.lease = lease;
      this.allocated = new Throwable("allocated here");
    }

    @Override
    public void run() {
      if (lease.memory != null) {
        LOG.warn("{} bytes of {} were not closed", lease.bytes, backend, allocated);
      }
    }
  }
}
