package dev.cambium.data.augment;

import dev.cambium.data.Dataset;
import dev.cambium.data.DatasetException;
import java.util.ArrayList;
import java.util.List;
import org.ojalgo.matrix.decomposition.Eigenvalue;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/** How red, green and blue of the pixels of a data set vary together. */
final class ColourCovariance {
  private final double[] first = new double[3];
  private final double[] sums = new double[3];
  private final double[][] products = new double[3][3];
  private long pixels;

  private ColourCovariance() {}

  static ColourCovariance of(Dataset train) {
    if (train.size() == 0) {
      throw new DatasetException("PcaLighting needs at least one training sample, got none");
    }
    ImageShape shape = ImageShape.of("PcaLighting", train.sampleShape()).requireColour();
    ColourCovariance covariance = new ColourCovariance();
    int plane = shape.height() * shape.width();
    float[] sample = new float[3 * plane];
    for (int i = 0; i < train.size(); i++) {
      train.copy(i, sample, 0);
      covariance.add(sample, plane);
      if (!covariance.isFinite()) {
        throw new DatasetException(
            train.sampleName(i)
                + " has a pixel that is NaN or infinite; PcaLighting needs numbers");
      }
    }
    return covariance;
  }

  /**
   * Adds the pixels of a picture. They are counted from the first one, so that the squares that are
   * subtracted in the end are small.
   */
  private void add(float[] sample, int plane) {
    if (pixels == 0) {
      for (int c = 0; c < 3; c++) {
        first[c] = sample[c * plane];
      }
    }
    for (int i = 0; i < plane; i++) {
      for (int c = 0; c < 3; c++) {
        double value = sample[c * plane + i] - first[c];
        sums[c] += value;
        for (int d = c; d < 3; d++) {
          products[c][d] += value * (sample[d * plane + i] - first[d]);
        }
      }
    }
    pixels += plane;
  }

  private boolean isFinite() {
    return Double.isFinite(products[0][0] + products[1][1] + products[2][2]);
  }

  private double at(int c, int d) {
    return (products[Math.min(c, d)][Math.max(c, d)] - sums[c] * sums[d] / pixels) / pixels;
  }

  /** The principal components, the largest variance first, each with a sign that is always so. */
  List<PcaLighting.Component> components() {
    R064Store matrix = R064Store.FACTORY.make(3, 3);
    for (int c = 0; c < 3; c++) {
      for (int d = 0; d < 3; d++) {
        matrix.set(c, d, at(c, d));
      }
    }
    Eigenvalue<Double> eigen = Eigenvalue.R064.make(3, true);
    if (!eigen.decompose(matrix)) {
      throw new IllegalStateException("no eigenvalues were found of the covariance " + matrix);
    }
    MatrixStore<Double> vectors = eigen.getV();
    List<PcaLighting.Component> components = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      double red = vectors.doubleValue(0, i);
      double green = vectors.doubleValue(1, i);
      double blue = vectors.doubleValue(2, i);
      double sign = red + green + blue < 0 ? -1 : 1;
      // Rounding may leave a variance of nothing a little below 0.
      double variance = Math.max(0, eigen.getD().doubleValue(i, i));
      components.add(new PcaLighting.Component(variance, sign * red, sign * green, sign * blue));
    }
    components.sort((a, b) -> Double.compare(b.eigenvalue(), a.eigenvalue()));
    return components;
  }
}
