package dev.cambium.data.preprocess;

import java.util.stream.IntStream;

/**
 * {@code out += A^T B} in double on all cores, for matrices whose rows are arrays. Written so that
 * the compiler makes vector instructions of the inner loop; the order of every sum is fixed, so
 * that the result has the same bits whatever the number of cores. Why not the library's product:
 * docs/decisions/0013-linear-algebra.md.
 */
final class TransposedProduct {
  /** Rows of {@code out} that one task computes. */
  private static final int ROWS = 32;

  /** Columns at a time: four rows of B and one of {@code out} stay in the first-level cache. */
  private static final int COLUMNS = 256;

  private TransposedProduct() {}

  /**
   * Adds {@code sum over s < rows of a[s][i] * b[s][j]} to {@code out[i][j]}.
   *
   * @param a {@code [rows or more][I]}
   * @param b {@code [rows or more][J]}
   * @param out {@code [I][J]}
   */
  static void add(double[][] a, double[][] b, int rows, double[][] out) {
    add(a, b, rows, out, false);
  }

  /**
   * The same for {@code A^T A}, of which only {@code out[i][j]} with {@code j >= i} is right; see
   * {@link #mirror}.
   */
  static void addSquare(double[][] a, int rows, double[][] out) {
    add(a, a, rows, out, true);
  }

  /** Copies what is above the diagonal to below it. */
  static void mirror(double[][] out) {
    for (int i = 1; i < out.length; i++) {
      for (int j = 0; j < i; j++) {
        out[i][j] = out[j][i];
      }
    }
  }

  private static void add(double[][] a, double[][] b, int rows, double[][] out, boolean upper) {
    int tasks = (out.length + ROWS - 1) / ROWS;
    IntStream.range(0, tasks)
        .parallel()
        .forEach(
            task -> {
              int from = task * ROWS;
              int to = Math.min(out.length, from + ROWS);
              int first = upper ? from / COLUMNS * COLUMNS : 0;
              for (int column = first; column < out[from].length; column += COLUMNS) {
                tile(a, b, rows, out, from, to, column);
              }
            });
  }

  private static void tile(
      double[][] a, double[][] b, int rows, double[][] out, int from, int to, int column) {
    int end = Math.min(out[from].length, column + COLUMNS);
    int s = 0;
    for (; s + 4 <= rows; s += 4) {
      double[] a0 = a[s];
      double[] a1 = a[s + 1];
      double[] a2 = a[s + 2];
      double[] a3 = a[s + 3];
      for (int i = from; i < to; i++) {
        add4(a0[i], a1[i], a2[i], a3[i], b[s], b[s + 1], b[s + 2], b[s + 3], out[i], column, end);
      }
    }
    for (; s < rows; s++) {
      for (int i = from; i < to; i++) {
        add1(a[s][i], b[s], out[i], column, end);
      }
    }
  }

  private static void add4(
      double w0,
      double w1,
      double w2,
      double w3,
      double[] b0,
      double[] b1,
      double[] b2,
      double[] b3,
      double[] out,
      int from,
      int to) {
    for (int j = from; j < to; j++) {
      out[j] += w0 * b0[j] + w1 * b1[j] + w2 * b2[j] + w3 * b3[j];
    }
  }

  private static void add1(double w, double[] b, double[] out, int from, int to) {
    for (int j = from; j < to; j++) {
      out[j] += w * b[j];
    }
  }
}
