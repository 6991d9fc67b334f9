package dev.cambium.spi;

import dev.cambium.tensor.HostArray;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Memory of a {@link ShadowingBackend}, which remembers from what the packed values in it were
 * made, by where they begin.
 */
final class ShadowedMemory implements Memory {
  private final ShadowingBackend owner;
  private final Memory memory;
  private final Map<Long, HostArray> sources = new ConcurrentHashMap<>();

  ShadowedMemory(ShadowingBackend owner, Memory memory) {
    this.owner = owner;
    this.memory = memory;
  }

  ShadowingBackend owner() {
    return owner;
  }

  Memory memory() {
    return memory;
  }

  /** The value at {@code offset} was packed from this one. */
  void packedFrom(long offset, HostArray source) {
    sources.put(offset, source);
  }

  /** From what the value at {@code offset} was packed, or null. */
  HostArray source(long offset) {
    return sources.get(offset);
  }

  @Override
  public long bytes() {
    return memory.bytes();
  }

  @Override
  public void close() {
    sources.clear();
    memory.close();
  }
}
