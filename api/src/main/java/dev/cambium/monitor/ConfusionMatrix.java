package dev.cambium.monitor;

import dev.cambium.tensor.HostArray;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * How often each class was taken for which: counts by true class (row) and predicted class
 * (column), as {@link dev.cambium.op.ConfusionUpdate} counts them. Immutable. What is divided by
 * nothing is NaN: the precision of a class that was never predicted, the recall of one that never
 * occurs.
 */
public final class ConfusionMatrix {
  private final int classes;
  private final long[] counts;

  private ConfusionMatrix(int classes, long[] counts) {
    this.classes = classes;
    this.counts = counts;
  }

  /**
   * Of the given counts.
   *
   * @param counts numbers of shape [C, C], rows true and columns predicted classes, C at least 1
   */
  public static ConfusionMatrix of(HostArray counts) {
    if (counts.shape().rank() != 2
        || counts.shape().dim(0) != counts.shape().dim(1)
        || counts.shape().dim(0) == 0) {
      throw new IllegalArgumentException(
          "counts of a confusion matrix must be of shape [C, C], got " + counts.type());
    }
    long[] values = Arrays.stream(counts.toDoubles()).mapToLong(v -> (long) v).toArray();
    if (LongStream.of(values).anyMatch(v -> v < 0)) {
      throw new IllegalArgumentException(
          "counts of a confusion matrix must not be negative, got " + Arrays.toString(values));
    }
    return new ConfusionMatrix(counts.shape().dim(0), values);
  }

  /** The number of classes. */
  public int classes() {
    return classes;
  }

  /** How many samples of the true class were taken for the predicted one. */
  public long count(int trueClass, int predictedClass) {
    return counts[checked(trueClass) * classes + checked(predictedClass)];
  }

  /** All samples. */
  public long total() {
    return LongStream.of(counts).sum();
  }

  /** The share of samples on the diagonal. */
  public Accuracy accuracy() {
    long correct = 0;
    for (int c = 0; c < classes; c++) {
      correct += count(c, c);
    }
    return Accuracy.of(correct, total());
  }

  /** The samples of a class. */
  public long support(int trueClass) {
    long sum = 0;
    for (int predicted = 0; predicted < classes; predicted++) {
      sum += count(trueClass, predicted);
    }
    return sum;
  }

  /** The samples that were taken for a class. */
  public long predicted(int predictedClass) {
    long sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += count(c, predictedClass);
    }
    return sum;
  }

  /** Of the samples that were taken for the class, the share that is of it. */
  public double precision(int index) {
    return (double) count(index, index) / predicted(index);
  }

  /** Of the samples of the class, the share that was taken for it. */
  public double recall(int index) {
    return (double) count(index, index) / support(index);
  }

  /** The matrix over these samples and the other's. */
  public ConfusionMatrix plus(ConfusionMatrix other) {
    if (other.classes != classes) {
      throw new IllegalArgumentException(
          "confusion matrices of the same classes can be added, got "
              + classes
              + " and "
              + other.classes);
    }
    long[] sum = counts.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += other.counts[i];
    }
    return new ConfusionMatrix(classes, sum);
  }

  /**
   * A table for people: a line for each true class, with its counts by predicted class in the same
   * order, its recall and its precision.
   *
   * @param names of the classes
   */
  public String toTable(List<String> names) {
    if (names.size() != classes) {
      throw new IllegalArgumentException(
          "names must be " + classes + ", one for each class, got " + names);
    }
    int nameWidth = names.stream().mapToInt(String::length).max().orElse(0);
    long largest = LongStream.of(counts).max().orElse(0);
    int width = Math.max(Long.toString(largest).length(), Integer.toString(classes - 1).length());
    StringBuilder table = new StringBuilder(" ".repeat(nameWidth));
    for (int c = 0; c < classes; c++) {
      table.append(String.format(Locale.ROOT, " %" + width + "d", c));
    }
    table.append("  recall precision\n");
    for (int c = 0; c < classes; c++) {
      table.append(names.get(c)).append(" ".repeat(nameWidth - names.get(c).length()));
      for (int predicted = 0; predicted < classes; predicted++) {
        table.append(String.format(Locale.ROOT, " %" + width + "d", count(c, predicted)));
      }
      table.append(String.format(Locale.ROOT, "  %6.4f    %6.4f\n", recall(c), precision(c)));
    }
    return table.toString();
  }

  private int checked(int index) {
    if (index < 0 || index >= classes) {
      throw new IllegalArgumentException(
          "class must be from 0 to " + (classes - 1) + ", got " + index);
    }
    return index;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConfusionMatrix matrix && Arrays.equals(counts, matrix.counts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(counts);
  }

  /** The rows of counts. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("ConfusionMatrix");
    for (int c = 0; c < classes; c++) {
      text.append(Arrays.toString(Arrays.copyOfRange(counts, c * classes, (c + 1) * classes)));
    }
    return text.toString();
  }
}
