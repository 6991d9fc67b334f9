package dev.cambium.op;

/** The inner loops of the host functions that multiply matrices. */
final class Vectors {
  private Vectors() {}

  /**
   * Adds a weighted sum of rows to a row: y[yi + j] += sum over k below {@code rows} of a[ai + k
   * aStep] b[bi + k bStep + j], for j from 0 to {@code length} - 1. Four rows at a time, so that y
   * is read and written a fourth as often.
   */
  static void addWeightedRows(
      int rows,
      int length,
      double[] a,
      int ai,
      int aStep,
      double[] b,
      int bi,
      int bStep,
      double[] y,
      int yi) {
    int k = 0;
    for (; k + 3 < rows; k += 4) {
      int at = ai + k * aStep;
      double a0 = a[at];
      double a1 = a[at + aStep];
      double a2 = a[at + 2 * aStep];
      double a3 = a[at + 3 * aStep];
      int b0 = bi + k * bStep;
      int b1 = b0 + bStep;
      int b2 = b1 + bStep;
      int b3 = b2 + bStep;
      for (int j = 0; j < length; j++) {
        y[yi + j] += a0 * b[b0 + j] + a1 * b[b1 + j] + (a2 * b[b2 + j] + a3 * b[b3 + j]);
      }
    }
    for (; k < rows; k++) {
      double factor = a[ai + k * aStep];
      int row = bi + k * bStep;
      for (int j = 0; j < length; j++) {
        y[yi + j] += factor * b[row + j];
      }
    }
  }

  /** The sum of x[xi + i] y[yi + i] for i from 0 to {@code length} - 1, in four parts. */
  static double dot(int length, double[] x, int xi, double[] y, int yi) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 3 < length; i += 4) {
      s0 += x[xi + i] * y[yi + i];
      s1 += x[xi + i + 1] * y[yi + i + 1];
      s2 += x[xi + i + 2] * y[yi + i + 2];
      s3 += x[xi + i + 3] * y[yi + i + 3];
    }
    for (; i < length; i++) {
      s0 += x[xi + i] * y[yi + i];
    }
    return s0 + s1 + (s2 + s3);
  }
}
