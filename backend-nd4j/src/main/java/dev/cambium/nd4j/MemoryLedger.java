package dev.cambium.nd4j;

import dev.cambium.spi.MemoryStatistics;
import dev.cambium.spi.OutOfMemoryException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Allocates and frees a backend's memory through ND4J, and keeps the books. */
final class MemoryLedger {
  private final Nd4jThread thread;
  private final long limit;
  private final Set<Nd4jMemory> open = new LinkedHashSet<>();
  private long bytes;
  private long peakBytes;
  private long totalAllocations;

  /**
   * A ledger without entries.
   *
   * @param thread where memory is allocated and freed, so that no kernel runs on it meanwhile
   * @param limit the bytes that it gives out at most
   */
  MemoryLedger(Nd4jThread thread, long limit) {
    this.thread = thread;
    this.limit = limit;
  }

  /**
   * Allocates outside of all workspaces of ND4J's.
   *
   * @throws OutOfMemoryException when the limit or the system does not give so much
   */
  Nd4jMemory allocate(long size) {
    if (size < 0) {
      throw new IllegalArgumentException("bytes of a memory must not be negative, got " + size);
    }
    reserve(size);
    Nd4jMemory memory = new Nd4jMemory(this, bufferOf(size), size);
    synchronized (this) {
      open.add(memory);
      totalAllocations++;
      peakBytes = Math.max(peakBytes, bytes);
    }
    return memory;
  }

  /** ND4J has no buffers without elements, so that one byte is the least. */
  private DataBuffer bufferOf(long size) {
    long[] elements = {Math.max(1, size)};
    try {
      return thread.call(() -> Nd4j.createBufferDetached(elements, DataType.INT8));
    } catch (IllegalStateException closed) {
      throw refused(size, closed);
    } catch (RuntimeException | OutOfMemoryError failed) {
      OutOfMemoryException outOfMemory = outOfMemory(size);
      outOfMemory.initCause(failed);
      throw refused(size, outOfMemory);
    }
  }

  private synchronized void reserve(long size) {
    if (size > limit - bytes) {
      throw outOfMemory(size);
    }
    bytes += size;
  }

  /** Takes back what was reserved. */
  private synchronized RuntimeException refused(long size, RuntimeException reason) {
    bytes -= size;
    return reason;
  }

  private synchronized OutOfMemoryException outOfMemory(long size) {
    return new OutOfMemoryException(
        "the nd4j backend cannot allocate "
            + size
            + " bytes: "
            + bytes
            + " are in use"
            + (limit == Long.MAX_VALUE ? "" : " of " + limit + " (nd4j.memoryLimit)")
            + "; use a smaller batch, or close models that are no longer needed");
  }

  /** Frees memory that was closed, unless its backend is closed and has freed it. */
  void free(Nd4jMemory memory) {
    synchronized (this) {
      if (!open.remove(memory)) {
        return;
      }
      bytes -= memory.bytes();
    }
    thread.run(memory::release);
  }

  /** Closes whatever is still open. */
  void freeAll() {
    List<Nd4jMemory> all;
    synchronized (this) {
      all = List.copyOf(open);
    }
    all.forEach(Nd4jMemory::close);
  }

  /** The books. */
  synchronized MemoryStatistics statistics() {
    return new MemoryStatistics(bytes, open.size(), peakBytes, totalAllocations);
  }
}
