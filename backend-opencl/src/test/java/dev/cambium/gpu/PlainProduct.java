package dev.cambium.gpu;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import java.util.Random;

/** What a product of matrices is, by plain loops. */
final class PlainProduct {
  private PlainProduct() {}

  /** Whole numbers of -3 to 3, whose products are exact. */
  static HostArray numbers(DType dtype, int count, long seed) {
    Random random = new Random(seed);
    double[] values = random.doubles(count).map(x -> Math.floor(x * 7) - 3).toArray();
    return HostArray.of(TensorType.of(dtype, count), values);
  }

  /** alpha op(A) op(B) + beta y. */
  static double[] of(MatrixProduct sizes, HostArray first, HostArray second, HostArray before) {
    double[] a = first.toDoubles();
    double[] b = second.toDoubles();
    double[] y = before.toDoubles();
    int m = sizes.m();
    int n = sizes.n();
    int k = sizes.k();
    for (int at = 0; at < y.length; at++) {
      int batch = at / (m * n);
      int i = at / n % m;
      int j = at % n;
      double sum = 0;
      for (int e = 0; e < k; e++) {
        double left = a[batch * m * k + (sizes.transposeA() ? e * m + i : i * k + e)];
        sum += left * b[batch * k * n + (sizes.transposeB() ? j * k + e : e * n + j)];
      }
      y[at] = sizes.alpha() * sum + (sizes.beta() == 0 ? 0 : sizes.beta() * y[at]);
    }
    return y;
  }
}
