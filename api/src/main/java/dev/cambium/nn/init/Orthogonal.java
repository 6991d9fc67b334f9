package dev.cambium.nn.init;

import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.TensorType;
import org.ojalgo.matrix.decomposition.QR;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/**
 * A random orthogonal matrix times the gain, from A. Saxe, J. McClelland and S. Ganguli, "Exact
 * solutions to the nonlinear dynamics of learning in deep linear neural networks" (2013): no
 * direction of the signal grows or shrinks, through any number of linear layers. For deep nets
 * without normalisation, with the {@link Gain} of their non-linearity, and for recurrent weights.
 *
 * <p>The parameter is seen as a matrix M [O, I kH kW]. Where O &lt;= I kH kW, its rows are
 * orthogonal, M M^T = gain^2 1; else its columns are, M^T M = gain^2 1. The matrix is the Q of the
 * decomposition Q R of independent Gaussian numbers with the signs that make R's diagonal positive,
 * so that it is uniform over all such matrices (F. Mezzadri, "How to generate random matrices from
 * the classical compact groups", 2007). As in PyTorch's {@code orthogonal_}, the whole parameter is
 * one matrix, the groups of a convolution included, and the fans play no part.
 *
 * @param gain the length of each orthogonal vector; positive
 */
public record Orthogonal(double gain) implements Initializer {
  /** Checks the gain. */
  public Orthogonal {
    if (!(gain > 0 && gain < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "gain of Orthogonal must be positive and finite, got " + gain);
    }
  }

  /** Vectors of length 1. */
  public static Orthogonal of() {
    return new Orthogonal(1);
  }

  /** Vectors of length {@code gain}, for example {@link Gain#relu()}. */
  public static Orthogonal of(double gain) {
    return new Orthogonal(gain);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException when the parameter has less than two dimensions
   */
  @Override
  public HostArray initialise(TensorType type, Fans fans, RandomStream random) {
    int rank = type.shape().rank();
    if (rank < 2) {
      throw new IllegalArgumentException(
          "Orthogonal needs a parameter of two dimensions or more, got shape "
              + type.shape()
              + "; give vectors another initializer");
    }
    int outputs = type.shape().dim(0);
    int inputs = Math.toIntExact(type.shape().size(1, rank));
    boolean wide = outputs < inputs;
    double[][] q = orthonormal(Math.max(outputs, inputs), Math.min(outputs, inputs), random);
    HostArray array = HostArray.allocate(type);
    for (int o = 0; o < outputs; o++) {
      for (int i = 0; i < inputs; i++) {
        array.set(o * inputs + i, gain * (wide ? q[i][o] : q[o][i]));
      }
    }
    return array;
  }

  /** A uniformly distributed matrix with orthonormal columns, rows &gt;= columns. */
  private static double[][] orthonormal(int rows, int columns, RandomStream random) {
    if (columns == 0) {
      return new double[rows][0];
    }
    R064Store gaussian = R064Store.FACTORY.make(rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        gaussian.set(i, j, random.nextGaussian());
      }
    }
    // Chosen by the matrix it would be the one for small matrices, whose Q takes a minute at 1500.
    QR<Double> qr = QR.R064.make(false);
    qr.decompose(gaussian);
    MatrixStore<Double> r = qr.getR();
    double[][] q = qr.getQ().toRawCopy2D();
    for (int j = 0; j < columns; j++) {
      if (r.doubleValue(j, j) < 0) {
        for (double[] row : q) {
          row[j] = -row[j];
        }
      }
    }
    return q;
  }
}
