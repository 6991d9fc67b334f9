package dev.cambium.examples.lecture;

import dev.cambium.data.Dataset;
import dev.cambium.data.Digits;
import dev.cambium.data.Preprocessing;
import dev.cambium.data.TensorDataset;
import dev.cambium.data.preprocess.Pca;
import dev.cambium.data.preprocess.PrincipalComponents;
import dev.cambium.data.preprocess.Standardization;
import dev.cambium.data.preprocess.Whitening;
import dev.cambium.image.Image;
import dev.cambium.image.ImageGrid;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows 6 and 7: the lecture's matrix of ten examples with four features. */
final class FeatureStatistics {
  private static final int ROWS = 10;
  private static final int COLUMNS = 4;

  private static final double[] PRINTED =
      Check.numbers(
          "0.4822 0.2837 0.6833 0.9955 0.1640 0.0252 0.2801 0.5854 0.7129 0.8695 0.2564 0.8241"
              + " 0.7037 0.8237 0.2027 0.1058 0.6759 0.2490 0.0476 0.3699 0.5486 0.4739 0.2690"
              + " 0.7482 0.4623 0.5303 0.5062 0.1874 0.3652 0.8691 0.6733 0.3607 0.4448 0.8708"
              + " 0.8118 0.7951 0.2013 0.6639 0.5152 0.7776");

  private static final List<String> STANDARDISED =
      List.of(
          "0.0315 -0.9264 1.0390 1.3959",
          "-1.6070 -1.7749 -0.5799 0.0346",
          "1.2192 0.9964 -0.6751 0.8270",
          "1.1719 0.8461 -0.8909 -1.5573",
          "1.0287 -1.0402 -1.5134 -0.6806",
          "0.3735 -0.3019 -0.6247 0.5749",
          "-0.0709 -0.1170 0.3280 -1.2866",
          "-0.5710 0.9953 0.9986 -0.7111",
          "-0.1611 1.0008 1.5545 0.7308",
          "-1.4149 0.3216 0.3639 0.6725");

  /** The eigenvalues of the matrix's covariance, as numpy computes them. */
  private static final String EIGENVALUES = "0.113177 0.106701 0.050027 0.013419";

  private static final double[] ONES = {1, 1, 1, 1};

  private FeatureStatistics() {}

  private static Dataset matrix() {
    float[] values = new float[PRINTED.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) PRINTED[i];
    }
    return TensorDataset.of(
        HostArray.of(Shape.of(ROWS, COLUMNS), values),
        HostArray.of(Shape.of(ROWS), new int[ROWS]),
        List.of("example"));
  }

  /** Each example of the matrix as {@code preprocessing} leaves it. */
  private static double[][] through(Preprocessing preprocessing) {
    Dataset matrix = matrix();
    double[][] rows = new double[ROWS][];
    for (int i = 0; i < ROWS; i++) {
      float[] sample = new float[COLUMNS];
      matrix.copy(i, sample, 0);
      preprocessing.apply(sample, 0, sample, 0, matrix.sampleShape());
      rows[i] = doubles(sample);
    }
    return rows;
  }

  private static double[] doubles(float[] values) {
    double[] result = new double[values.length];
    Arrays.setAll(result, i -> values[i]);
    return result;
  }

  static List<Check> standardise(Laboratory lab) {
    Standardization fitted = Standardization.fit(matrix());
    double[] mean = doubles(fitted.mean());
    double[] std = doubles(fitted.std());
    List<Check> checks = new ArrayList<>();
    checks.add(Check.lecture("mean", "0.4761 0.5659 0.4246 0.5750", mean, 1e-4));
    checks.add(Check.lecture("std", "0.1942 0.3047 0.2491 0.3013", std, 1e-4));
    double[][] rows = through(fitted);
    for (int i = 0; i < ROWS; i++) {
      checks.add(Check.lecture("example " + (i + 1), STANDARDISED.get(i), rows[i], 5e-4));
    }
    return checks;
  }

  static List<Check> whiten(Laboratory lab) throws IOException {
    PrincipalComponents components = PrincipalComponents.fit(matrix());
    double[] variances = doubles(components.variances());
    lab.picture("components-of-digits", FeatureStatistics::componentsOfDigits);
    return List.of(
        Check.against("numpy", "variances along the components", EIGENVALUES, variances, 1e-6),
        covariance("PCA: covariance from the diagonal of these", new Pca(components), variances),
        covariance("PCA whitening: covariance from 1", Whitening.pca(components, 0), ONES),
        covariance("ZCA whitening: covariance from 1", Whitening.zca(components, 0), ONES));
  }

  /** The largest difference between the covariance of the results, by N - 1, and a diagonal. */
  private static Check covariance(String name, Preprocessing preprocessing, double[] diagonal) {
    double[][] rows = through(preprocessing);
    double worst = 0;
    for (int a = 0; a < COLUMNS; a++) {
      for (int b = 0; b < COLUMNS; b++) {
        double sum = 0;
        for (double[] row : rows) {
          sum += row[a] * row[b]; // every feature has mean 0
        }
        worst = Math.max(worst, Math.abs(sum / (ROWS - 1) - (a == b ? diagonal[a] : 0)));
      }
    }
    return Check.atMost(name, worst, 1e-5);
  }

  private static Image componentsOfDigits() {
    Dataset digits = Digits.open(1, 1000, 10).train();
    return ImageGrid.ofColumns(8)
        .zoom(2)
        .draw(PrincipalComponents.fit(digits, 16).componentPictures(16));
  }
}
