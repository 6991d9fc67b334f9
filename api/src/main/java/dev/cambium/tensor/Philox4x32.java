package dev.cambium.tensor;

/**
 * The counter-based random generator Philox4x32-10 of J. Salmon et al., "Parallel Random Numbers:
 * As Easy as 1, 2, 3" (SC'11): a pure function of a 64-bit key and a 128-bit counter to four 32-bit
 * words, so that any element of a stream can be computed on any processor, in any order, with the
 * same bits.
 *
 * <p>How the framework uses it: key = (low, high) word of the seed; counter = (element index / 4,
 * low word of the step, high word of the step, stream); the element takes word {@code index % 4}.
 * Elements are counted channels-last.
 */
public final class Philox4x32 {
  /** First round multiplier. */
  public static final int M0 = 0xD2511F53;

  /** Second round multiplier. */
  public static final int M1 = 0xCD9E8D57;

  /** First key increment (golden ratio). */
  public static final int W0 = 0x9E3779B9;

  /** Second key increment (sqrt(3) - 1). */
  public static final int W1 = 0xBB67AE85;

  /** Rounds of the full-strength generator. */
  public static final int ROUNDS = 10;

  private Philox4x32() {}

  /**
   * Writes four random words to {@code out[at .. at + 3]}.
   *
   * @param key0 low word of the key
   * @param key1 high word of the key
   * @param c0 counter word 0
   * @param c1 counter word 1
   * @param c2 counter word 2
   * @param c3 counter word 3
   * @param out receives the words
   * @param at first index written
   */
  public static void block(int key0, int key1, int c0, int c1, int c2, int c3, int[] out, int at) {
    int k0 = key0;
    int k1 = key1;
    int x0 = c0;
    int x1 = c1;
    int x2 = c2;
    int x3 = c3;
    for (int round = 0; round < ROUNDS; round++) {
      long p0 = (M0 & 0xFFFFFFFFL) * (x0 & 0xFFFFFFFFL);
      long p1 = (M1 & 0xFFFFFFFFL) * (x2 & 0xFFFFFFFFL);
      x0 = (int) (p1 >>> 32) ^ x1 ^ k0;
      x2 = (int) (p0 >>> 32) ^ x3 ^ k1;
      x1 = (int) p1;
      x3 = (int) p0;
      k0 += W0;
      k1 += W1;
    }
    out[at] = x0;
    out[at + 1] = x1;
    out[at + 2] = x2;
    out[at + 3] = x3;
  }

  /**
   * The stream number of a name: its 32-bit FNV-1a hash over UTF-16 code units, low byte first. The
   * same on every platform.
   *
   * @param name a path, for example {@code classifier.dropout}
   */
  public static int stream(String name) {
    int hash = 0x811C9DC5;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      hash = (hash ^ (c & 0xFF)) * 0x01000193;
      hash = (hash ^ (c >>> 8)) * 0x01000193;
    }
    return hash;
  }
}
