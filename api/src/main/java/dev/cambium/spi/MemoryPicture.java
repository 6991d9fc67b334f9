package dev.cambium.spi;

import java.util.Arrays;

/** The bytes of a range of a memory as they were. */
final class MemoryPicture {
  /** The largest range of one picture. */
  static final int MOST = 1 << 28;

  private final CheckedMemory memory;
  private final ByteRange range;
  private final byte[] before;

  /** Takes a picture; waits for the device. */
  MemoryPicture(CheckedMemory memory, ByteRange range) {
    this.memory = memory;
    this.range = range;
    this.before = read();
  }

  CheckedMemory memory() {
    return memory;
  }

  /** From the first to the last byte that is not what it was; empty when all are. */
  ByteRange changed() {
    return difference(range.from(), before, read());
  }

  private byte[] read() {
    return memory.owner().raw().read(memory.open(), range.from(), range.to());
  }

  /** From the first to the last byte that differs, where both begin at {@code origin}. */
  static ByteRange difference(long origin, byte[] before, byte[] after) {
    int first = Arrays.mismatch(before, after);
    if (first < 0) {
      return new ByteRange(origin, origin);
    }
    int last = before.length - 1;
    while (before[last] == after[last]) {
      last--;
    }
    return new ByteRange(origin + first, origin + last + 1);
  }
}
