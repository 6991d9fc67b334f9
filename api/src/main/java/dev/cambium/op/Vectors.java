package dev.cambium.op;

/** The two inner loops of which the host functions of products consist. */
final class Vectors {
  private Vectors() {}

  /** y[yi + i] += a x[xi + i step] for i from 0 to count - 1. */
  static void addScaled(int count, double a, double[] x, int xi, int step, double[] y, int yi) {
    if (step == 1) {
      for (int i = 0; i < count; i++) {
        y[yi + i] += a * x[xi + i];
      }
    } else {
      for (int i = 0; i < count; i++) {
        y[yi + i] += a * x[xi + i * step];
      }
    }
  }

  /** The sum of x[xi + i step] y[yi + i] for i from 0 to count - 1, in four interleaved parts. */
  static double dot(int count, double[] x, int xi, int step, double[] y, int yi) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 3 < count; i += 4) {
      int at = xi + i * step;
      s0 += x[at] * y[yi + i];
      s1 += x[at + step] * y[yi + i + 1];
      s2 += x[at + 2 * step] * y[yi + i + 2];
      s3 += x[at + 3 * step] * y[yi + i + 3];
    }
    for (; i < count; i++) {
      s0 += x[xi + i * step] * y[yi + i];
    }
    return s0 + s1 + (s2 + s3);
  }
}
