package dev.cambium.train;

import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ojalgo.matrix.decomposition.Eigenvalue;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/**
 * The directions in which patches of a layer's input vary, the one of the largest variance first.
 *
 * @param centred the rows minus their mean
 * @param directions orthonormal rows [r, K]; the largest entry of each is positive
 * @param variances of the rows along each direction (1/n)
 */
record PatchComponents(R064Store centred, double[][] directions, double[] variances) {
  /** A direction with less than this share of the largest variance is rounding. */
  private static final double NEGLIGIBLE = 1e-6;

  /** The components of rows [M, K]: K at most, and fewer than M. */
  static PatchComponents of(R064Store rows) {
    R064Store centred = centred(rows);
    int count = centred.getRowDim();
    boolean wide = centred.getColDim() > count;
    // The M x M products of the rows have the same eigenvalues as the K x K covariance.
    MatrixStore<Double> square =
        wide ? centred.multiply(centred.transpose()) : centred.transpose().multiply(centred);
    int size = square.getRowDim();
    Eigenvalue<Double> eigen = Eigenvalue.R064.make(size, true);
    if (!eigen.decompose(square)) {
      throw new IllegalStateException(
          "the eigenvalues of a %dx%d covariance could not be computed".formatted(size, size));
    }
    double[] values = new double[size];
    eigen.getEigenvalues(values, Optional.empty());
    MatrixStore<Double> vectors = wide ? centred.transpose().multiply(eigen.getV()) : eigen.getV();
    int[] kept =
        IntStream.range(0, size)
            .boxed()
            .sorted(Comparator.comparing((Integer i) -> values[i]).reversed())
            .mapToInt(Integer::intValue)
            .toArray();
    double least = NEGLIGIBLE * values[kept[0]];
    kept = IntStream.of(kept).filter(i -> values[i] > 0 && values[i] > least).toArray();
    double[][] directions = new double[kept.length][];
    double[] variances = new double[kept.length];
    for (int i = 0; i < kept.length; i++) {
      directions[i] = normalised(vectors.sliceColumn(kept[i]).toRawCopy1D());
      variances[i] = values[kept[i]] / count;
    }
    return new PatchComponents(centred, directions, variances);
  }

  private static R064Store centred(R064Store rows) {
    R064Store centred = rows.copy();
    for (int column = 0; column < rows.getColDim(); column++) {
      double sum = 0;
      for (int row = 0; row < rows.getRowDim(); row++) {
        sum += rows.doubleValue(row, column);
      }
      double mean = sum / rows.getRowDim();
      for (int row = 0; row < rows.getRowDim(); row++) {
        centred.set(row, column, rows.doubleValue(row, column) - mean);
      }
    }
    return centred;
  }

  private static double[] normalised(double[] vector) {
    double square = 0;
    double largest = 0;
    for (double value : vector) {
      square += value * value;
      largest = Math.abs(value) > Math.abs(largest) ? value : largest;
    }
    double length = Math.copySign(Math.sqrt(square), largest);
    double[] result = new double[vector.length];
    for (int i = 0; i < vector.length; i++) {
      result[i] = vector[i] / length;
    }
    return result;
  }

  /**
   * Each direction divided by the square root of its variance plus a thousandth of the mean
   * variance: rows times these have nearly variance 1 in all directions, without blowing up noise.
   */
  R064Store whitening() {
    double mean = IntStream.range(0, variances.length).mapToDouble(i -> variances[i]).sum();
    mean /= variances.length;
    R064Store matrix = R064Store.FACTORY.make(directions.length, centred.getColDim());
    for (int i = 0; i < directions.length; i++) {
      double scale = 1 / Math.sqrt(variances[i] + 1e-3 * mean);
      for (int k = 0; k < directions[i].length; k++) {
        matrix.set(i, k, scale * directions[i][k]);
      }
    }
    return matrix;
  }
}
