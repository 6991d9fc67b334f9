package dev.cambium.spi.reference;

import dev.cambium.spi.Memory;

/** A piece of the heap; every element takes a double, whatever its type. */
final class ReferenceMemory implements Memory {
  private final ReferenceBackend owner;
  private final long bytes;
  private volatile double[] values;

  ReferenceMemory(ReferenceBackend owner, double[] values) {
    this.owner = owner;
    this.values = values;
    this.bytes = (long) values.length * Double.BYTES;
  }

  ReferenceBackend owner() {
    return owner;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  /** The elements, or an error when the memory was closed. */
  double[] values() {
    double[] open = values;
    if (open == null) {
      throw new IllegalStateException(
          "memory of " + bytes + " bytes of backend " + owner.name() + " was closed");
    }
    return open;
  }

  @Override
  public void close() {
    owner.free(this);
  }

  /** Gives the elements back to the heap. */
  void release() {
    values = null;
  }
}
