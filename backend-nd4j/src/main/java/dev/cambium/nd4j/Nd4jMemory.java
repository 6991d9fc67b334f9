package dev.cambium.nd4j;

import dev.cambium.spi.Memory;
import org.nd4j.linalg.api.buffer.DataBuffer;

/**
 * A buffer of bytes that ND4J allocated, with one owner. Closing frees it at once, after what runs
 * on the backend at that moment.
 */
final class Nd4jMemory implements Memory {
  private final MemoryLedger ledger;
  private final DataBuffer data;
  private final long address;
  private final long bytes;
  private volatile boolean closed;

  /**
   * Takes over a buffer.
   *
   * @param ledger where it is counted
   * @param data at least so many bytes
   * @param bytes the usable bytes
   */
  Nd4jMemory(MemoryLedger ledger, DataBuffer data, long bytes) {
    this.ledger = ledger;
    this.data = data;
    this.address = data.address();
    this.bytes = bytes;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  /**
   * The address of the first byte.
   *
   * @throws IllegalStateException when the memory was closed
   */
  long address() {
    if (closed) {
      throw new IllegalStateException(
          "memory of " + bytes + " bytes of the nd4j backend is used after it was closed");
    }
    return address;
  }

  /** Whether it belongs to the backend of that ledger. */
  boolean isOf(MemoryLedger other) {
    return ledger == other;
  }

  @Override
  public void close() {
    if (markClosed()) {
      ledger.free(this);
    }
  }

  private synchronized boolean markClosed() {
    boolean first = !closed;
    closed = true;
    return first;
  }

  /** Gives the bytes back to the system; nothing may run on them. */
  void release() {
    data.close();
  }
}
