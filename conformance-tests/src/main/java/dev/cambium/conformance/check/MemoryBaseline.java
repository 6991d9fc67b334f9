package dev.cambium.conformance.check;

import dev.cambium.spi.MemoryStatistics;

/** Whether a backend has got all of its memory back. */
public final class MemoryBaseline {
  private MemoryBaseline() {}

  /**
   * Compares bytes and pieces in use.
   *
   * @param where the case, with which the message begins
   * @throws AssertionError when they differ
   */
  public static void require(String where, MemoryStatistics before, MemoryStatistics after) {
    if (after.bytes() != before.bytes() || after.allocations() != before.allocations()) {
      throw new AssertionError(
          where
              + ": memory in use afterwards expected "
              + before.bytes()
              + " bytes in "
              + before.allocations()
              + " pieces, got "
              + after.bytes()
              + " in "
              + after.allocations());
    }
  }
}
