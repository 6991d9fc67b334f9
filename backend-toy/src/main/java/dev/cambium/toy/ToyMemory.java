package dev.cambium.toy;

import dev.cambium.spi.Memory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A piece of native memory. The JDK takes it back some time after it was let go. */
final class ToyMemory implements Memory {
  private final ToyBackend owner;
  private final long bytes;
  private volatile ByteBuffer data;

  ToyMemory(ToyBackend owner, ByteBuffer data) {
    this.owner = owner;
    this.bytes = data.capacity();
    this.data = data.order(ByteOrder.nativeOrder());
  }

  ToyBackend owner() {
    return owner;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  ByteBuffer data() {
    ByteBuffer open = data;
    if (open == null) {
      throw new IllegalStateException("memory of " + bytes + " bytes was closed");
    }
    return open;
  }

  void release() {
    data = null;
  }

  @Override
  public void close() {
    owner.free(this);
  }
}
