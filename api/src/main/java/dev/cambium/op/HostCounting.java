package dev.cambium.op;

import dev.cambium.tensor.DoubleArray;
import java.util.List;

/** {@link ArgMax}, {@link TopKCorrect} and {@link ConfusionUpdate} in plain loops. */
final class HostCounting {
  private HostCounting() {}

  static void argMax(List<DoubleArray> inputs, List<DoubleArray> outputs) {
    DoubleArray scores = inputs.get(0);
    for (int i = 0; i < scores.dim(0); i++) {
      outputs.get(0).values()[i] = best(scores, i);
    }
  }

  static void topKCorrect(int k, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    DoubleArray scores = inputs.get(0);
    double[] labels = inputs.get(1).values();
    int count = 0;
    for (int i = 0; i < scores.dim(0); i++) {
      if (isClass(labels[i], scores) && isAmongBest(k, scores, i, (int) labels[i])) {
        count++;
      }
    }
    outputs.get(0).values()[0] = count;
  }

  static void confusionUpdate(List<DoubleArray> inputs, List<DoubleArray> outputs) {
    double[] confusion = inputs.get(0).values();
    DoubleArray scores = inputs.get(1);
    double[] labels = inputs.get(2).values();
    double[] y = outputs.get(0).values();
    System.arraycopy(confusion, 0, y, 0, y.length);
    for (int i = 0; i < scores.dim(0); i++) {
      if (isClass(labels[i], scores)) {
        y[(int) labels[i] * scores.dim(1) + best(scores, i)]++;
      }
    }
  }

  private static int best(DoubleArray scores, int row) {
    int at = row * scores.dim(1);
    int best = -1;
    for (int c = 0; c < scores.dim(1); c++) {
      double score = scores.values()[at + c];
      if (!Double.isNaN(score) && (best < 0 || score > scores.values()[at + best])) {
        best = c;
      }
    }
    return Math.max(best, 0);
  }

  private static boolean isAmongBest(int k, DoubleArray scores, int row, int label) {
    int at = row * scores.dim(1);
    double own = scores.values()[at + label];
    int better = 0;
    for (int c = 0; c < scores.dim(1); c++) {
      double score = scores.values()[at + c];
      if (score > own || (score == own && c < label)) {
        better++;
      }
    }
    return !Double.isNaN(own) && better < k;
  }

  private static boolean isClass(double label, DoubleArray scores) {
    return label >= 0 && label < scores.dim(1);
  }
}
