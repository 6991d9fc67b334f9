package dev.cambium.data.preprocess;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.data.Dataset;
import dev.cambium.tensor.Shape;
import org.junit.jupiter.api.Test;

class StreamingStatisticsTest {
  private static final Shape SHAPE = Shape.of(2, 3, 5);
  private static final int FEATURES = 30;

  /** More than two blocks, and a rest; the mean is 1000 deviations away, so sums would cancel. */
  private static final int COUNT = 700;

  private final Dataset data = Samples.correlated(COUNT, SHAPE, 1000);

  private float[] sample(int index) {
    float[] sample = new float[FEATURES];
    data.copy(index, sample, 0);
    return sample;
  }

  private double[] twoPassMean() {
    double[] mean = new double[FEATURES];
    for (int i = 0; i < COUNT; i++) {
      for (int f = 0; f < FEATURES; f++) {
        mean[f] += (double) sample(i)[f] / COUNT;
      }
    }
    return mean;
  }

  private double[][] twoPassCovariance() {
    double[] mean = twoPassMean();
    double[][] covariance = new double[FEATURES][FEATURES];
    for (int i = 0; i < COUNT; i++) {
      float[] x = sample(i);
      for (int f = 0; f < FEATURES; f++) {
        for (int g = 0; g < FEATURES; g++) {
          covariance[f][g] += (x[f] - mean[f]) * (x[g] - mean[g]) / (COUNT - 1);
        }
      }
    }
    return covariance;
  }

  private FeatureMoments moments(int from, int to) {
    FeatureMoments moments = new FeatureMoments(SHAPE);
    for (int i = from; i < to; i++) {
      moments.add(sample(i));
    }
    return moments;
  }

  private FeatureCovariance covariance(int from, int to) {
    FeatureCovariance covariance = new FeatureCovariance(SHAPE);
    for (int i = from; i < to; i++) {
      covariance.add(sample(i));
    }
    return covariance;
  }

  private void assertTwoPass(FeatureMoments moments) {
    double[][] expected = twoPassCovariance();
    assertEquals(COUNT, moments.count());
    assertArrayEquals(twoPassMean(), moments.mean(), 1e-9);
    double[] std = moments.std(Deviation.SAMPLE);
    for (int f = 0; f < FEATURES; f++) {
      assertEquals(Math.sqrt(expected[f][f]), std[f], 1e-9);
    }
  }

  private void assertTwoPass(FeatureCovariance covariance) {
    double[][] expected = twoPassCovariance();
    assertEquals(COUNT, covariance.count());
    assertArrayEquals(twoPassMean(), covariance.mean(), 1e-9);
    double[][] found = covariance.covariance();
    for (int f = 0; f < FEATURES; f++) {
      assertArrayEquals(expected[f], found[f], 1e-9);
    }
  }

  @Test
  void onePassGivesWhatTwoPassesGive() {
    assertTwoPass(FeatureMoments.fit(data));
    assertTwoPass(FeatureCovariance.fit(data));
  }

  @Test
  void partsMergeInAnyOrder() {
    assertTwoPass(moments(0, 1).merge(moments(1, 300)).merge(moments(300, COUNT)));
    assertTwoPass(moments(300, COUNT).merge(moments(0, 1)).merge(moments(1, 300)));
    assertTwoPass(new FeatureMoments(SHAPE).merge(moments(0, COUNT)).merge(moments(5, 5)));
    assertTwoPass(covariance(0, 1).merge(covariance(1, 300)).merge(covariance(300, COUNT)));
    assertTwoPass(covariance(300, COUNT).merge(covariance(0, 1)).merge(covariance(1, 300)));
    assertTwoPass(new FeatureCovariance(SHAPE).merge(covariance(0, COUNT)).merge(covariance(5, 5)));
  }

  @Test
  void aMergedPartStaysAsItIsAndMoreCanBeAdded() {
    FeatureCovariance rest = covariance(100, COUNT);
    double[][] before = rest.covariance();
    FeatureCovariance all = covariance(0, 50).merge(rest);
    for (int i = 50; i < 100; i++) {
      all.add(sample(i));
    }
    assertTwoPass(all);
    assertArrayEquals(before, rest.covariance());
  }

  @Test
  void theSameSamplesGiveTheSameBits() {
    assertArrayEquals(
        FeatureCovariance.fit(data).covariance(), FeatureCovariance.fit(data).covariance());
  }

  @Test
  void badInputIsRefusedAndLeavesTheStatisticsAlone() {
    FeatureMoments moments = moments(0, COUNT);
    FeatureCovariance covariance = covariance(0, COUNT);
    float[] bad = sample(0);
    bad[FEATURES - 1] = Float.NEGATIVE_INFINITY;
    assertMessage("sample 700 is -Infinity at [1, 2, 4]", () -> moments.add(bad));
    assertMessage("sample 700 is -Infinity at [1, 2, 4]", () -> covariance.add(bad));
    assertMessage("must be 30 numbers", () -> moments.add(new float[29]));
    assertMessage("must be 30 numbers", () -> covariance.add(new float[31]));
    FeatureMoments others = new FeatureMoments(Shape.of(30));
    FeatureCovariance otherCovariance = new FeatureCovariance(Shape.of(30));
    assertMessage("cannot be merged", () -> moments.merge(others));
    assertMessage("cannot be merged", () -> covariance.merge(otherCovariance));
    assertTwoPass(moments);
    assertTwoPass(covariance);
  }

  @Test
  void tooFewSamplesOrTooManyFeaturesAreRefused() {
    assertMessage("needs at least 1", () -> new FeatureMoments(SHAPE).mean());
    assertMessage("needs at least 1", () -> new FeatureCovariance(SHAPE).mean());
    assertMessage("needs at least 2", () -> moments(0, 1).std(Deviation.SAMPLE));
    assertMessage("needs at least 2", () -> covariance(0, 1).covariance());
    assertMessage("at least one element", () -> new FeatureMoments(Shape.of(0)));
    // 3,145,728 features: 8 bytes * 3,145,728^2 * 4 matrices = 316,659.3 GB.
    assertMessage("need 316659.3 GB", () -> new FeatureCovariance(Shape.of(3, 1024, 1024)));
  }

  private static void assertMessage(String part, Runnable action) {
    String message = assertThrows(IllegalArgumentException.class, action::run).getMessage();
    assertTrue(message.contains(part), message);
  }
}
