package dev.cambium.monitor;

/**
 * The mean of values that come one by one, each with a weight: the mean loss of an epoch is that of
 * its batches weighted by their sizes. Its two sums are all its state, so that a run that resumes
 * within an epoch ends with the same mean to the bit. Not safe for concurrent use.
 */
public final class RunningMean {
  private double weightedSum;
  private double weight;

  /** Over nothing yet. */
  public RunningMean() {}

  /** With the sums of an earlier one. */
  public RunningMean(double weightedSum, double weight) {
    this.weightedSum = weightedSum;
    this.weight = weight;
  }

  /** Takes in a value with a weight that is not negative, commonly a number of samples. */
  public void add(double value, double weight) {
    if (!(weight >= 0)) {
      throw new IllegalArgumentException("weight must not be negative, got " + weight);
    }
    if (weight > 0) {
      this.weightedSum += value * weight;
      this.weight += weight;
    }
  }

  /** The mean: NaN over nothing, and as soon as one value was. */
  public double mean() {
    return weightedSum / weight;
  }

  /** The sum of value times weight. */
  public double weightedSum() {
    return weightedSum;
  }

  /** The sum of the weights. */
  public double weight() {
    return weight;
  }

  /** Forgets everything. */
  public void reset() {
    weightedSum = 0;
    weight = 0;
  }
}
