package dev.cambium.cpu;

import dev.cambium.spi.MemoryStatistics;
import dev.cambium.spi.OutOfMemoryException;
import java.lang.ref.Cleaner;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.bytedeco.javacpp.Pointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Allocates and frees a backend's native memory, and keeps the books. */
final class MemoryLedger {
  /** A cache line, and a 512-bit vector. */
  static final int ALIGNMENT = 64;

  private static final Logger LOG = LoggerFactory.getLogger(MemoryLedger.class);

  private final SubmissionThread thread;
  private final long limit;
  private final Cleaner leaks;
  private final HugePages hugePages = new HugePages();
  private final ReadWriteLock access = new ReentrantReadWriteLock();
  private final Set<Block> open = new LinkedHashSet<>();
  private long bytes;
  private long peakBytes;
  private long totalAllocations;

  /**
   * A ledger without entries.
   *
   * @param thread where memory is freed, so that no kernel runs on it meanwhile
   * @param limit the bytes that it gives out at most
   * @param traceLeaks whether to warn, with the stack of the allocation, about memory that became
   *     unreachable before it was closed
   */
  MemoryLedger(SubmissionThread thread, long limit, boolean traceLeaks) {
    this.thread = thread;
    this.limit = limit;
    this.leaks = traceLeaks ? Cleaner.create() : null;
  }

  /**
   * Allocates.
   *
   * @throws OutOfMemoryException when the limit or the system does not give so much
   */
  CpuMemory allocate(long size) {
    if (size < 0) {
      throw new IllegalArgumentException("bytes of a memory must not be negative, got " + size);
    }
    reserve(size);
    boolean huge = hugePages.suit(size);
    long alignment = huge ? HugePages.BYTES : ALIGNMENT;
    Pointer raw = size > Long.MAX_VALUE / 2 ? null : Pointer.malloc(size + alignment);
    if (raw == null || raw.isNull()) {
      throw refused(size);
    }
    Block block = new Block(raw.address(), size, alignment);
    if (huge) {
      hugePages.advise(block.address, size);
    }
    synchronized (this) {
      open.add(block);
      totalAllocations++;
      peakBytes = Math.max(peakBytes, bytes);
    }
    CpuMemory memory = new CpuMemory(this, block);
    if (leaks != null) {
      leaks.register(memory, new LeakReport(block));
    }
    return memory;
  }

  private synchronized void reserve(long size) {
    if (size > limit - bytes) {
      throw outOfMemory(size);
    }
    bytes += size;
  }

  /** Takes back what was reserved. */
  private synchronized OutOfMemoryException refused(long size) {
    bytes -= size;
    return outOfMemory(size);
  }

  private OutOfMemoryException outOfMemory(long size) {
    return new OutOfMemoryException(
        "the cpu backend cannot allocate "
            + size
            + " bytes: "
            + bytes
            + " are in use"
            + (limit == Long.MAX_VALUE ? "" : " of " + limit + " (cpu.memoryLimit)")
            + "; use a smaller batch, or close models that are no longer needed");
  }

  /** Frees a block once; a second call does nothing. */
  void free(Block block) {
    if (block.close()) {
      synchronized (this) {
        open.remove(block);
        bytes -= block.bytes;
      }
      thread.run(() -> freeUnused(block));
    }
  }

  private void freeUnused(Block block) {
    access.writeLock().lock();
    try {
      Pointer.free(new NativeAddress(block.raw));
    } finally {
      access.writeLock().unlock();
    }
  }

  /**
   * Runs {@code transfer} on the calling thread; what is closed meanwhile is freed after it.
   * Kernels need no such guard, since they run where memory is freed.
   */
  void access(Runnable transfer) {
    access.readLock().lock();
    try {
      transfer.run();
    } finally {
      access.readLock().unlock();
    }
  }

  /** Frees whatever is still open. */
  void freeAll() {
    List<Block> all;
    synchronized (this) {
      all = List.copyOf(open);
    }
    all.forEach(this::free);
  }

  /** The books. */
  synchronized MemoryStatistics statistics() {
    return new MemoryStatistics(bytes, open.size(), peakBytes, totalAllocations);
  }

  /** A piece of the native heap. */
  static final class Block {
    private final long raw;
    private final long bytes;
    private final long address;
    private volatile boolean closed;

    private Block(long raw, long bytes, long alignment) {
      this.raw = raw;
      this.bytes = bytes;
      this.address = (raw + alignment - 1) & -alignment;
    }

    long bytes() {
      return bytes;
    }

    long address() {
      if (closed) {
        throw new IllegalStateException(
            "memory of " + bytes + " bytes of the cpu backend is used after it was closed");
      }
      return address;
    }

    private synchronized boolean close() {
      boolean first = !closed;
      closed = true;
      return first;
    }
  }

  /** Says where memory was allocated that nobody closed. */
  private static final class LeakReport implements Runnable {
    private final Block block;
    private final Throwable allocated;

    LeakReport(Block block) {
      this.block = block;
      this.allocated = new Throwable("allocated here");
    }

    @Override
    public void run() {
      if (!block.closed) {
        LOG.warn("{} bytes of the cpu backend were not closed", block.bytes, allocated);
      }
    }
  }
}
