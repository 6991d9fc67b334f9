package dev.cambium.monitor;

import java.util.ArrayList;
import java.util.List;

/**
 * How values spread: counts by bucket, as TensorBoard shows them. Bucket i holds the values v with
 * {@code limits[i-1] < v <= limits[i]}; the first has no lower end.
 *
 * @param minimum the smallest value
 * @param maximum the largest value
 * @param sum of the values
 * @param sumOfSquares of the values
 * @param limits the upper ends of the buckets, rising
 * @param counts the number of values in each bucket
 */
public record Histogram(
    double minimum,
    double maximum,
    double sum,
    double sumOfSquares,
    List<Double> limits,
    List<Long> counts) {
  /** Checks and copies the buckets. */
  public Histogram {
    limits = List.copyOf(limits);
    counts = List.copyOf(counts);
    if (limits.isEmpty() || limits.size() != counts.size()) {
      throw new IllegalArgumentException(
          "a histogram needs a count for each of at least one limit, got "
              + limits.size()
              + " limits and "
              + counts.size()
              + " counts");
    }
  }

  /**
   * The histogram of the finite ones among {@code values}, in {@code buckets} of equal width from
   * the smallest to the largest.
   *
   * @throws IllegalArgumentException when no value is finite, or {@code buckets} is below 1
   */
  public static Histogram of(double[] values, int buckets) {
    double minimum = Double.POSITIVE_INFINITY;
    double maximum = Double.NEGATIVE_INFINITY;
    double sum = 0;
    double sumOfSquares = 0;
    for (double value : values) {
      if (Double.isFinite(value)) {
        minimum = Math.min(minimum, value);
        maximum = Math.max(maximum, value);
        sum += value;
        sumOfSquares += value * value;
      }
    }
    if (buckets < 1 || minimum > maximum) {
      throw new IllegalArgumentException(
          "a histogram needs at least one bucket and one finite value, got "
              + buckets
              + " buckets and "
              + values.length
              + " values");
    }
    double width = maximum / buckets - minimum / buckets; // the difference alone may overflow
    List<Double> limits = new ArrayList<>();
    for (int i = 1; i < buckets; i++) {
      limits.add(minimum + i * width);
    }
    limits.add(maximum);
    return new Histogram(minimum, maximum, sum, sumOfSquares, limits, count(values, limits));
  }

  private static List<Long> count(double[] values, List<Double> limits) {
    double[] ends = limits.stream().mapToDouble(Double::doubleValue).toArray();
    long[] counts = new long[ends.length];
    for (double value : values) {
      if (Double.isFinite(value)) {
        counts[firstNotBelow(ends, value)]++;
      }
    }
    List<Long> list = new ArrayList<>();
    for (long count : counts) {
      list.add(count);
    }
    return list;
  }

  private static int firstNotBelow(double[] ends, double value) {
    int low = 0;
    int high = ends.length - 1;
    while (low < high) {
      int middle = (low + high) / 2;
      if (ends[middle] >= value) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** The number of values. */
  public long total() {
    return counts.stream().mapToLong(Long::longValue).sum();
  }
}
