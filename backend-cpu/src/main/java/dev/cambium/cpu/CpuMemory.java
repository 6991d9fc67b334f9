package dev.cambium.cpu;

import dev.cambium.spi.Memory;

/**
 * Native memory aligned to 64 bytes (a cache line, and a full vector register) with one owner.
 * Closing frees it at once, after what runs on the backend at that moment.
 */
final class CpuMemory implements Memory {
  private final MemoryLedger ledger;
  private final MemoryLedger.Block block;

  CpuMemory(MemoryLedger ledger, MemoryLedger.Block block) {
    this.ledger = ledger;
    this.block = block;
  }

  /** Whether {@code other} keeps the books of this memory. */
  boolean isOf(MemoryLedger other) {
    return ledger == other;
  }

  @Override
  public long bytes() {
    return block.bytes();
  }

  /**
   * The address of the first byte.
   *
   * @throws IllegalStateException when the memory was closed
   */
  long address() {
    return block.address();
  }

  @Override
  public void close() {
    ledger.free(block);
  }
}
