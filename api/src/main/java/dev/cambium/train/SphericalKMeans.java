package dev.cambium.train;

import dev.cambium.tensor.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.RawStore;

/**
 * Groups points by their direction: k-means on the unit sphere with the cosine as likeness (A.
 * Coates, A. Ng, "Learning Feature Representations with K-means", 2012), started by k-means++ (D.
 * Arthur, S. Vassilvitskii, 2007).
 */
final class SphericalKMeans {
  private static final int ITERATIONS = 10;

  /** Points nearer than this (1 - cosine) to a centre are that centre. */
  private static final double SAME = 1e-9;

  private final double[][] points;
  private final int width;

  /** Points as rows; one of length 0 has no direction and is left out. */
  SphericalKMeans(double[][] rows) {
    this.points =
        Arrays.stream(rows)
            .filter(row -> length(row) > 0)
            .map(SphericalKMeans::normalised)
            .toArray(double[][]::new);
    this.width = rows.length == 0 ? 0 : rows[0].length;
  }

  /** Centres of length 1: {@code count}, or as many as there are different points. */
  double[][] centres(int count, RandomStream random) {
    double[][] centres = start(count, random);
    if (centres.length == 0) {
      return centres;
    }
    MatrixStore<Double> matrix = RawStore.wrap(points);
    int[] nearest = new int[points.length];
    for (int i = 0; i < ITERATIONS; i++) {
      int[] before = nearest;
      nearest = nearest(matrix.multiply(RawStore.wrap(centres).transpose()));
      if (i > 0 && Arrays.equals(before, nearest)) {
        break;
      }
      move(centres, nearest);
    }
    return centres;
  }

  /** Each further centre is a point, drawn with a probability that grows with its distance. */
  private double[][] start(int count, RandomStream random) {
    List<double[]> centres = new ArrayList<>();
    double[] distances = new double[points.length];
    Arrays.fill(distances, 1);
    while (centres.size() < count) {
      double sum = Arrays.stream(distances).sum();
      if (!(sum > 0)) {
        break;
      }
      double[] centre = points[draw(distances, sum * random.nextDouble())];
      centres.add(centre.clone());
      for (int i = 0; i < points.length; i++) {
        double distance = 1 - product(points[i], centre);
        distances[i] = Math.min(distances[i], distance < SAME ? 0 : distance);
      }
    }
    return centres.toArray(double[][]::new);
  }

  private static int draw(double[] weights, double at) {
    int last = 0;
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > 0) {
        last = i;
        sum += weights[i];
        if (sum > at) {
          break;
        }
      }
    }
    return last;
  }

  private static int[] nearest(MatrixStore<Double> likeness) {
    int[] nearest = new int[likeness.getRowDim()];
    for (int i = 0; i < nearest.length; i++) {
      for (int c = 1; c < likeness.getColDim(); c++) {
        if (likeness.doubleValue(i, c) > likeness.doubleValue(i, nearest[i])) {
          nearest[i] = c;
        }
      }
    }
    return nearest;
  }

  /** Moves each centre to the direction of the sum of its points; one without points stays. */
  private void move(double[][] centres, int[] nearest) {
    double[][] sums = new double[centres.length][width];
    for (int i = 0; i < points.length; i++) {
      for (int k = 0; k < width; k++) {
        sums[nearest[i]][k] += points[i][k];
      }
    }
    for (int c = 0; c < centres.length; c++) {
      if (length(sums[c]) > 0) {
        centres[c] = normalised(sums[c]);
      }
    }
  }

  private static double[] normalised(double[] row) {
    double length = length(row);
    return Arrays.stream(row).map(value -> value / length).toArray();
  }

  private static double length(double[] row) {
    return Math.sqrt(product(row, row));
  }

  private static double product(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
