package dev.cambium.data.preprocess;

import dev.cambium.tensor.RandomStream;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.ojalgo.matrix.decomposition.Eigenvalue;
import org.ojalgo.matrix.decomposition.QR;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/**
 * The largest eigenvalues of a symmetric positive semidefinite matrix, in descending order, with
 * their eigenvectors.
 *
 * @param values {@code [k]}
 * @param vectors {@code [k][n]}, orthonormal; of each, the element of largest magnitude (the first
 *     of several) is positive, so that the sign is not left to chance
 */
record EigenPairs(double[] values, double[][] vectors) {
  /** Below this size, or for more than one vector in SHARE, all are computed: that is faster. */
  private static final int SMALL = 512;

  private static final int SHARE = 16;

  /** Rounds of subspace iteration before the whole matrix is decomposed after all. */
  private static final int ROUNDS = 15;

  /** Eigenvectors are stored as floats, whose rounding is 6e-8. */
  private static final double TOLERANCE = 1e-7;

  /** The {@code k} largest of {@code matrix}. */
  static EigenPairs largest(double[][] matrix, int k) {
    if (matrix.length >= SMALL && (long) k * SHARE <= matrix.length) {
      EigenPairs found = bySubspace(matrix, k);
      if (found != null) {
        return found;
      }
    }
    return all(matrix).first(k);
  }

  /** All of {@code matrix}, by tridiagonalisation and QL iteration. */
  static EigenPairs all(double[][] matrix) {
    int n = matrix.length;
    Eigenvalue<Double> decomposition = Eigenvalue.R064.make(n, true);
    if (!decomposition.decompose(store(matrix))) {
      throw new IllegalStateException(
          "the eigenvalues of a %dx%d matrix could not be computed".formatted(n, n));
    }
    MatrixStore<Double> columns = decomposition.getV();
    double[] values = new double[n];
    double[][] vectors = new double[n][n];
    for (int c = 0; c < n; c++) {
      values[c] = decomposition.getD().doubleValue(c, c);
      for (int i = 0; i < n; i++) {
        vectors[c][i] = columns.doubleValue(i, c);
      }
    }
    return sorted(values, vectors);
  }

  private EigenPairs first(int k) {
    return new EigenPairs(Arrays.copyOf(values, k), Arrays.copyOf(vectors, k));
  }

  /**
   * Subspace iteration with the Rayleigh-Ritz step (Golub and Van Loan, "Matrix Computations", 4th
   * ed., 8.2.4), two products to a round, on about twice as many vectors as are wanted: what
   * remains of an error falls by {@code (lambda[2k] / lambda[k])^2} a round.
   *
   * @return null where it does not converge, for instance because all eigenvalues are alike
   */
  private static EigenPairs bySubspace(double[][] matrix, int k) {
    int n = matrix.length;
    int width = 2 * k + 16;
    double[][] basis = orthonormal(random(n, width));
    for (int round = 0; round < ROUNDS; round++) {
      double[][] image = product(matrix, basis);
      double[][] small = product(basis, image);
      EigenPairs ritz = all(symmetric(small)).first(k);
      double[][] vectors = product(transposed(ritz.vectors), transposed(basis));
      double[][] images = product(transposed(ritz.vectors), transposed(image));
      if (ritz.values[0] <= 0 || converged(ritz.values, vectors, images)) {
        return sorted(ritz.values, vectors);
      }
      basis = orthonormal(product(matrix, image));
    }
    return null;
  }

  private static boolean converged(double[] values, double[][] vectors, double[][] images) {
    for (int c = 0; c < values.length; c++) {
      double squares = 0;
      for (int i = 0; i < vectors[c].length; i++) {
        double residual = images[c][i] - values[c] * vectors[c][i];
        squares += residual * residual;
      }
      // The second term is what rounding alone leaves, where the matrix has fewer than k.
      if (Math.sqrt(squares) > TOLERANCE * values[c] + 1e-13 * values[0]) {
        return false;
      }
    }
    return true;
  }

  private static double[][] random(int rows, int columns) {
    RandomStream random = new RandomStream(0, "eigen-pairs");
    double[][] matrix = new double[rows][columns];
    for (double[] row : matrix) {
      for (int j = 0; j < columns; j++) {
        row[j] = random.nextGaussian();
      }
    }
    return matrix;
  }

  /** An orthonormal basis of the space of the columns. */
  private static double[][] orthonormal(double[][] columns) {
    R064Store store = store(columns);
    QR<Double> decomposition = QR.R064.make(store);
    decomposition.decompose(store);
    MatrixStore<Double> q = decomposition.getQ();
    double[][] basis = new double[columns.length][columns[0].length];
    for (int i = 0; i < basis.length; i++) {
      for (int j = 0; j < basis[i].length; j++) {
        basis[i][j] = q.doubleValue(i, j);
      }
    }
    return basis;
  }

  private static double[][] product(double[][] transposedLeft, double[][] right) {
    double[][] out = new double[transposedLeft[0].length][right[0].length];
    TransposedProduct.add(transposedLeft, right, right.length, out);
    return out;
  }

  private static double[][] transposed(double[][] matrix) {
    double[][] out = new double[matrix[0].length][matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < matrix[i].length; j++) {
        out[j][i] = matrix[i][j];
      }
    }
    return out;
  }

  private static double[][] symmetric(double[][] almost) {
    double[][] out = new double[almost.length][almost.length];
    for (int i = 0; i < out.length; i++) {
      for (int j = 0; j < out.length; j++) {
        out[i][j] = (almost[i][j] + almost[j][i]) / 2;
      }
    }
    return out;
  }

  private static R064Store store(double[][] matrix) {
    R064Store store = R064Store.FACTORY.make(matrix.length, matrix[0].length);
    for (int j = 0; j < matrix[0].length; j++) {
      for (int i = 0; i < matrix.length; i++) {
        store.set(i, j, matrix[i][j]);
      }
    }
    return store;
  }

  private static EigenPairs sorted(double[] values, double[][] vectors) {
    int[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted((a, b) -> Double.compare(values[b], values[a]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] sortedValues = new double[values.length];
    double[][] sortedVectors = new double[values.length][];
    for (int c = 0; c < order.length; c++) {
      sortedValues[c] = values[order[c]];
      sortedVectors[c] = withFixedSign(vectors[order[c]]);
    }
    return new EigenPairs(sortedValues, sortedVectors);
  }

  private static double[] withFixedSign(double[] vector) {
    int largest = 0;
    for (int i = 1; i < vector.length; i++) {
      if (Math.abs(vector[i]) > Math.abs(vector[largest])) {
        largest = i;
      }
    }
    if (vector[largest] < 0) {
      for (int i = 0; i < vector.length; i++) {
        vector[i] = -vector[i];
      }
    }
    return vector;
  }
}
