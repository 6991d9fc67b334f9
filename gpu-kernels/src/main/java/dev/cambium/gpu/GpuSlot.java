package dev.cambium.gpu;

import dev.cambium.spi.Memory;

/** Device memory of a pool, with one owner. */
final class GpuSlot implements Memory {
  private final GpuMemoryPool pool;
  private final GpuMemoryPool.Lease lease;

  GpuSlot(GpuMemoryPool pool, GpuMemoryPool.Lease lease) {
    this.pool = pool;
    this.lease = lease;
  }

  @Override
  public long bytes() {
    return lease.bytes();
  }

  /** Whether it is of this pool. */
  boolean isOf(GpuMemoryPool other) {
    return pool == other;
  }

  /**
   * The memory itself.
   *
   * @throws IllegalStateException when it was closed
   */
  GpuMemory open() {
    GpuMemory memory = lease.memory();
    if (memory == null) {
      throw new IllegalStateException(
          "memory of " + bytes() + " bytes of " + pool.name() + " is used after it was closed");
    }
    return memory;
  }

  @Override
  public void close() {
    pool.close(lease);
  }
}
