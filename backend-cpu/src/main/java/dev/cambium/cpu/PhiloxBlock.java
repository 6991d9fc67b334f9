package dev.cambium.cpu;

import dev.cambium.tensor.Philox4x32;
import java.util.Arrays;

/**
 * {@link Philox4x32} for a run of consecutive counters, in loops over int arrays that the compiler
 * makes vector instructions of: the high word of a 32 x 32-bit product is put together from 16-bit
 * halves, as there is no vector instruction for it.
 *
 * <p>A round replaces (x0, x1, x2, x3) by (high(M1 x2) ^ x1 ^ k0, low(M1 x2), high(M0 x0) ^ x3 ^
 * k1, low(M0 x0)). As x1 and x3 are low words of the round before, only x0 and x2 are kept, of this
 * round and the last, each round being one loop for x0 and one for x2.
 */
final class PhiloxBlock {
  /** Counters per block; each gives four words. */
  static final int SIZE = 512;

  private int[] x0 = new int[SIZE];
  private int[] x0Before = new int[SIZE];
  private int[] x2 = new int[SIZE];
  private int[] x2Before = new int[SIZE];
  private int[] spare = new int[SIZE];
  private final int[] x1 = new int[SIZE];
  private final int[] x3 = new int[SIZE];

  /**
   * Computes the words of counters (first, c1, c2, c3) to (first + n - 1, c1, c2, c3).
   *
   * @param n at most {@link #SIZE}
   */
  void generate(int key0, int key1, int first, int c1, int c2, int c3, int n) {
    firstRound(key0, key1, first, c1, c2, c3, n);
    int k0 = key0;
    int k1 = key1;
    for (int round = 1; round < Philox4x32.ROUNDS; round++) {
      k0 += Philox4x32.W0;
      k1 += Philox4x32.W1;
      int[] next0 = spare;
      round(next0, x2, x2Before, n, Philox4x32.M1, k0);
      int[] next2 = x2Before;
      round(next2, x0, x0Before, n, Philox4x32.M0, k1);
      spare = x0Before;
      x0Before = x0;
      x2Before = x2;
      x0 = next0;
      x2 = next2;
    }
    low(x1, x2Before, n, Philox4x32.M1);
    low(x3, x0Before, n, Philox4x32.M0);
  }

  /** Word {@code word} (0 to 3) of each counter; overwritten by the next call. */
  int[] words(int word) {
    return switch (word) {
      case 0 -> x0;
      case 1 -> x1;
      case 2 -> x2;
      default -> x3;
    };
  }

  /** The one round in which x1 and x3 are not low words yet, and most is the same for all. */
  private void firstRound(int key0, int key1, int first, int c1, int c2, int c3, int n) {
    for (int i = 0; i < n; i++) {
      x0Before[i] = first + i;
    }
    Arrays.fill(x2Before, 0, n, c2);
    Arrays.fill(
        x0, 0, n, (int) (((Philox4x32.M1 & 0xFFFFFFFFL) * (c2 & 0xFFFFFFFFL)) >>> 32) ^ c1 ^ key0);
    Arrays.fill(spare, 0, n, 0);
    round(x2, x0Before, spare, n, Philox4x32.M0, c3 ^ key1);
  }

  /** next = high(multiplier * now) ^ low(multiplier * before) ^ key. */
  private static void round(int[] next, int[] now, int[] before, int n, int multiplier, int key) {
    int low = multiplier & 0xFFFF;
    int high = multiplier >>> 16;
    for (int i = 0; i < n; i++) {
      int xLow = now[i] & 0xFFFF;
      int xHigh = now[i] >>> 16;
      int middle = xHigh * low + ((xLow * low) >>> 16);
      int carry = xLow * high + (middle & 0xFFFF);
      int product = xHigh * high + (middle >>> 16) + (carry >>> 16);
      next[i] = product ^ (multiplier * before[i]) ^ key;
    }
  }

  private static void low(int[] product, int[] x, int n, int multiplier) {
    for (int i = 0; i < n; i++) {
      product[i] = multiplier * x[i];
    }
  }
}
