package dev.cambium.train;

import dev.cambium.monitor.ConfusionMatrix;

/**
 * How a model does on a data set.
 *
 * @param samples how many samples were seen
 * @param correct on how many the class with the highest score was the right one
 * @param topK on how many the right class was among the {@code k} highest scores
 * @param k how many that are
 * @param loss the mean loss
 * @param nonFiniteScores how many scores were NaN or infinite
 * @param confusion how often each class was taken for each
 */
public record Evaluation(
    long samples,
    long correct,
    long topK,
    int k,
    double loss,
    long nonFiniteScores,
    ConfusionMatrix confusion) {
  /** The share of samples whose class was right. */
  public double accuracy() {
    return (double) correct / samples;
  }

  /** The share of samples whose class was among the {@link #k()} highest scores. */
  public double topKAccuracy() {
    return (double) topK / samples;
  }
}
