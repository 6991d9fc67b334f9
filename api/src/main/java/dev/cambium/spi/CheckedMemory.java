package dev.cambium.spi;

/**
 * Memory of a {@link CheckingBackend} that knows whether it was closed. With guards, it lies inside
 * of a larger piece, and the bytes on both sides of it hold a pattern that nobody may change.
 */
final class CheckedMemory implements Memory {
  /** As doubles, floats or integers no NaN, and nothing that a kernel is likely to write. */
  private static final long PATTERN = 0x41C7A35E5BD1E995L;

  private final CheckingBackend owner;
  private final Memory memory;
  private final ByteRange range;
  private final ByteRange all;
  private volatile boolean closed;

  /** Without guards. */
  CheckedMemory(CheckingBackend owner, Memory memory) {
    this.owner = owner;
    this.memory = memory;
    this.range = new ByteRange(0, memory.bytes());
    this.all = range;
  }

  /**
   * With guards around.
   *
   * @param memory {@link #withGuards} bytes
   */
  CheckedMemory(CheckingBackend owner, Memory memory, long bytes) {
    this.owner = owner;
    this.memory = memory;
    this.range = new ByteRange(Backend.ALIGNMENT, Backend.ALIGNMENT + bytes);
    this.all = new ByteRange(0, withGuards(bytes));
    owner.raw().fill(memory, 0, all.to() / Double.BYTES, Double.NaN);
    writeGuards();
  }

  /** The bytes of a memory together with its guards: at least {@link Backend#ALIGNMENT} each. */
  static long withGuards(long bytes) {
    long most = Long.MAX_VALUE / Backend.ALIGNMENT - 3;
    long blocks =
        Math.min(most, bytes / Backend.ALIGNMENT + (bytes % Backend.ALIGNMENT > 0 ? 1 : 0));
    return (blocks + 2) * Backend.ALIGNMENT;
  }

  CheckingBackend owner() {
    return owner;
  }

  /** The other backend's memory, or an error when it was closed. */
  Memory open() {
    owner.requireOpen();
    if (closed) {
      throw new IllegalStateException(
          "memory of " + bytes() + " bytes of backend " + owner.name() + " was closed");
    }
    return memory;
  }

  @Override
  public long bytes() {
    return range.to() - range.from();
  }

  /** Where it begins in the other backend's memory. */
  long base() {
    return range.from();
  }

  /** The other backend's memory from its beginning to the end of the last guard. */
  ByteRange all() {
    return all;
  }

  /** The guards; none where it has none. */
  ByteRange[] guards() {
    return all.equals(range)
        ? new ByteRange[0]
        : new ByteRange[] {new ByteRange(0, range.from()), new ByteRange(range.to(), all.to())};
  }

  /** Throws, and mends the guards, when they were changed. */
  void checkGuards(String culprit) {
    for (ByteRange guard : guards()) {
      byte[] expected = pattern(guard);
      byte[] found = owner.raw().read(memory, guard.from(), guard.to());
      ByteRange changed = MemoryPicture.difference(guard.from(), expected, found);
      if (!changed.isEmpty()) {
        writeGuards();
        throw new IllegalStateException(
            culprit
                + " wrote outside of a memory of "
                + bytes()
                + " bytes: it changed "
                + range.locate(changed));
      }
    }
  }

  /** Writes the pattern on both sides. */
  void writeGuards() {
    for (ByteRange guard : guards()) {
      owner.raw().write(memory, guard.from(), pattern(guard));
    }
  }

  private static byte[] pattern(ByteRange guard) {
    byte[] bytes = new byte[(int) (guard.to() - guard.from())];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (PATTERN >>> (guard.from() + i) % Long.BYTES * Byte.SIZE);
    }
    return bytes;
  }

  @Override
  public void close() {
    boolean first = !closed && !owner.isClosed();
    closed = true;
    try {
      if (first) {
        checkGuards("a kernel or transfer before the memory was closed");
      }
    } finally {
      memory.close();
    }
  }
}
