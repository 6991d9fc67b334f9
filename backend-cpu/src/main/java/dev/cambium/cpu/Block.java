package dev.cambium.cpu;

/**
 * Two arrays into which a thread copies stretches of its operands. The compiler makes vector
 * instructions of a loop over arrays, but not of one over native memory, whose speed also hangs on
 * where the operands lie, and on what native code left in the registers. Copying costs less than
 * that; a stretch stays in the first-level cache.
 */
final class Block {
  /** Elements per stretch. */
  static final int SIZE = 512;

  /** The first operand, and the result. */
  final float[] a = new float[SIZE];

  /** The second operand. */
  final float[] b = new float[SIZE];
}
