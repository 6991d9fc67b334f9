package dev.cambium.spi;

/** Memory of a {@link CheckingBackend} that knows whether it was closed. */
final class CheckedMemory implements Memory {
  private final CheckingBackend owner;
  private final Memory memory;
  private volatile boolean closed;

  CheckedMemory(CheckingBackend owner, Memory memory) {
    this.owner = owner;
    this.memory = memory;
  }

  CheckingBackend owner() {
    return owner;
  }

  /** The other backend's memory, or an error when it was closed. */
  Memory open() {
    owner.requireOpen();
    if (closed) {
      throw new IllegalStateException(
          "memory of " + memory.bytes() + " bytes of backend " + owner.name() + " was closed");
    }
    return memory;
  }

  @Override
  public long bytes() {
    return memory.bytes();
  }

  @Override
  public void close() {
    closed = true;
    memory.close();
  }
}
