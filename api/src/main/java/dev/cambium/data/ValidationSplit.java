package dev.cambium.data;

import dev.cambium.tensor.RandomStream;
import java.util.Arrays;

/**
 * Training data in two parts: what the weights are fitted to, and what settings and the best
 * checkpoint are chosen by. Test images have no place in it.
 *
 * @param train the samples to fit
 * @param validation the samples to choose by
 */
public record ValidationSplit(Dataset train, Dataset validation) {
  /**
   * Sets a share of each class aside, drawn from {@code RandomStream(seed, "validation/<class>")},
   * so that both parts have the same mix of classes. A class of at least two samples gives at least
   * one to each part; a single sample stays in training. Both parts keep the order of the data.
   *
   * @param fraction the share for validation, between 0 and 1, both excluded
   * @throws DatasetException when no class has two samples
   */
  public static ValidationSplit of(Dataset data, double fraction, long seed) {
    if (!(fraction > 0 && fraction < 1)) {
      throw new IllegalArgumentException(
          "fraction of a validation split must be between 0 and 1, both excluded, got " + fraction);
    }
    int[] counts = data.classCounts();
    int[][] byClass = new int[counts.length][];
    for (int c = 0; c < counts.length; c++) {
      byClass[c] = new int[counts[c]];
    }
    int[] filled = new int[counts.length];
    for (int i = 0; i < data.size(); i++) {
      int label = data.label(i);
      byClass[label][filled[label]++] = i;
    }
    boolean[] chosen = new boolean[data.size()];
    int total = 0;
    for (int c = 0; c < counts.length; c++) {
      new RandomStream(seed, "validation/" + c).shuffle(byClass[c]);
      int share = (int) Math.round(counts[c] * fraction);
      int take = Math.min(Math.max(share, 1), counts[c] - 1);
      for (int i = 0; i < take; i++) {
        chosen[byClass[c][i]] = true;
        total++;
      }
    }
    if (total == 0) {
      throw new DatasetException(
          "%d samples in %d classes cannot be split: at least one class needs two samples"
              .formatted(data.size(), counts.length));
    }
    return split(data, chosen, total);
  }

  private static ValidationSplit split(Dataset data, boolean[] chosen, int total) {
    int[] train = new int[data.size() - total];
    int[] validation = new int[total];
    int t = 0;
    int v = 0;
    for (int i = 0; i < chosen.length; i++) {
      if (chosen[i]) {
        validation[v++] = i;
      } else {
        train[t++] = i;
      }
    }
    return new ValidationSplit(new Subset(data, train), new Subset(data, validation));
  }

  /** The number of samples of both parts. */
  public int size() {
    return train.size() + validation.size();
  }

  @Override
  public String toString() {
    return "train %d %s, validation %d %s"
        .formatted(
            train.size(),
            Arrays.toString(train.classCounts()),
            validation.size(),
            Arrays.toString(validation.classCounts()));
  }
}
