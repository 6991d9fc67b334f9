package dev.cambium.cpu;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Sums of long stretches of native memory, nearly as exact as in double: each of many float sums
 * side by side keeps what its additions round away in a second float (D. Knuth's TwoSum; T. Ogita,
 * S. Rump, S. Oishi: "Accurate Sum and Dot Product", 2005), so that the error is about 2^-48 of the
 * sum of the absolute values. In floats, as the compiler makes vector instructions of that on every
 * JDK, while a conversion to double can take ten times as long where native code left something in
 * the registers.
 */
final class CompensatedSum {
  private final float[] block = new float[Block.SIZE];
  private final float[] sums = new float[Block.SIZE];
  private final float[] errors = new float[Block.SIZE];

  /** The sum of elements {@code from} to {@code to - 1}. */
  double sum(FloatBuffer x, int from, int to) {
    return sum(x, from, to, false);
  }

  /** The sum of the squares, each rounded to float, of elements {@code from} to {@code to - 1}. */
  double sumOfSquares(FloatBuffer x, int from, int to) {
    return sum(x, from, to, true);
  }

  private double sum(FloatBuffer x, int from, int to, boolean squares) {
    Arrays.fill(sums, 0);
    Arrays.fill(errors, 0);
    for (int at = from; at < to; at += Block.SIZE) {
      int n = Math.min(Block.SIZE, to - at);
      x.get(at, block, 0, n);
      if (squares) {
        square(block, n);
      }
      add(sums, errors, block, n);
    }
    double sum = 0;
    for (int lane = 0; lane < Math.min(Block.SIZE, to - from); lane++) {
      sum += (double) sums[lane] + errors[lane];
    }
    // An infinity has no rounding error, and what overflows in float may not in double.
    return Math.abs(sum) <= Double.MAX_VALUE ? sum : inDouble(x, from, to, squares);
  }

  private static void square(float[] x, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = x[i] * x[i];
    }
  }

  private static void add(float[] sums, float[] errors, float[] x, int n) {
    for (int i = 0; i < n; i++) {
      float old = sums[i];
      float value = x[i];
      float next = old + value;
      float added = next - old;
      errors[i] = errors[i] + ((old - (next - added)) + (value - added));
      sums[i] = next;
    }
  }

  private static double inDouble(FloatBuffer x, int from, int to, boolean squares) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      double value = x.get(i);
      sum += squares ? value * value : value;
    }
    return sum;
  }
}
