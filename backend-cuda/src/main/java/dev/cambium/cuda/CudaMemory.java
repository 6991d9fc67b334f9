package dev.cambium.cuda;

import dev.cambium.gpu.GpuMemory;

/** Memory of the device, which is its address. */
final class CudaMemory implements GpuMemory {
  private final CudaMemories owner;
  private final long address;
  private final long bytes;
  private boolean closed;

  CudaMemory(CudaMemories owner, long address, long bytes) {
    this.owner = owner;
    this.address = address;
    this.bytes = bytes;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  /** Where it begins on the device. */
  long address() {
    requireOpen();
    return address;
  }

  /** The address of a byte, of which {@code length} bytes are used. */
  long range(long offset, long length) {
    requireOpen();
    requireRange(offset, length);
    return address + offset;
  }

  boolean belongsTo(CudaMemories other) {
    return owner == other;
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException(
          "device memory of " + bytes + " bytes was closed: it cannot be used any more");
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      owner.free(this, address);
    }
  }

  /** Gives it back without a word to the owner, and says where it was. */
  long released() {
    closed = true;
    return address;
  }
}
