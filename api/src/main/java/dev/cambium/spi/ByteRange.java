package dev.cambium.spi;

import java.util.ArrayList;
import java.util.List;

/** The bytes from {@code from} (inclusive) to {@code to} (exclusive) of a memory. */
record ByteRange(long from, long to) {
  boolean isEmpty() {
    return from >= to;
  }

  boolean contains(long position) {
    return from <= position && position < to;
  }

  boolean overlaps(ByteRange other) {
    return Math.max(from, other.from) < Math.min(to, other.to);
  }

  /** The part of this range inside of {@code limits}. */
  ByteRange within(ByteRange limits) {
    return new ByteRange(Math.max(from, limits.from), Math.min(to, limits.to));
  }

  /** What is left of {@code ranges} without {@code hole}. */
  static List<ByteRange> without(List<ByteRange> ranges, ByteRange hole) {
    List<ByteRange> left = new ArrayList<>();
    for (ByteRange range : ranges) {
      if (!range.overlaps(hole)) {
        left.add(range);
        continue;
      }
      left.add(new ByteRange(range.from, hole.from));
      left.add(new ByteRange(hole.to, range.to));
    }
    left.removeIf(ByteRange::isEmpty);
    return left;
  }

  /** How far away {@code position} is, 1 for the nearest byte outside; 0 inside. */
  long distance(long position) {
    return Math.max(0, position < from ? from - position : position - to + 1);
  }

  /** Where the bytes of {@code changed} are, as seen from this range: before, after, or inside. */
  String locate(ByteRange changed) {
    if (changed.from < from) {
      return bytes(from - Math.min(changed.to, from) + 1, from - changed.from)
          + " before its beginning";
    }
    return changed.from >= to
        ? bytes(changed.from - to + 1, changed.to - to) + " after its end"
        : bytes(changed.from - from + 1, changed.to - from) + " of it";
  }

  private static String bytes(long first, long last) {
    return first == last ? "byte " + first : "bytes " + first + " to " + last;
  }
}
