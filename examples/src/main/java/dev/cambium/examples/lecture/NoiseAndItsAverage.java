package dev.cambium.examples.lecture;

import dev.cambium.data.Batch;
import dev.cambium.data.Dataset;
import dev.cambium.data.Digits;
import dev.cambium.data.augment.FlipViews;
import dev.cambium.data.augment.HorizontalFlip;
import dev.cambium.image.Image;
import dev.cambium.nn.BatchNorm;
import dev.cambium.nn.DropConnect;
import dev.cambium.nn.Dropout;
import dev.cambium.nn.Layer;
import dev.cambium.nn.Linear;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.optim.Sgd;
import dev.cambium.optim.UpdateRule;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import dev.cambium.train.Averaging;
import dev.cambium.train.Ensemble;
import dev.cambium.train.MarginalizedPredictor;
import dev.cambium.train.Marginals;
import dev.cambium.train.Model;
import dev.cambium.train.ModelSpec;
import dev.cambium.train.TrainingStep;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Row 16: noise in training, its average in testing. For each kind of noise, what a model answers
 * in testing is beside the average of its answers under the noise.
 */
final class NoiseAndItsAverage implements RowProgram {
  private static final int DRAWS = 400;
  private static final double P = 0.5;
  private static final Dataset DIGITS = Digits.open(1, 256, 10).train();
  private static final Image DIGIT = DIGITS.image(3);

  @Override
  public List<Check> run(Laboratory lab) {
    return List.of(
        averagedScores(lab, "dropout", Sequential.of(Dropout.of(P), Linear.of(10)), "1.weight"),
        averagedScores(lab, "DropConnect", DropConnect.of(Linear.of(10), P), "weight"),
        batchNorm(lab),
        augmentation(lab),
        ensemble(lab));
  }

  private static Model model(Laboratory lab, Layer network, long seed) {
    ModelSpec spec = ModelSpec.of(network, DIGITS.sampleShape(), DIGITS.classNames());
    return Model.create(spec, seed, lab.backend());
  }

  /**
   * The scores in testing from the mean of those of 400 draws, in standard errors. Where inputs or
   * weights are dropped with p = 1/2, a sum of w x has the variance p / (1 - p) sum (w x)^2 = sum
   * (w x)^2, and a ReLU behind it no more.
   */
  private static Check averagedScores(Laboratory lab, String name, Layer network, String weight) {
    try (Model model = model(lab, network, 1)) {
      MarginalizedPredictor noisy =
          MarginalizedPredictor.of(model).averaging(Averaging.SCORES).draws(DRAWS, 1);
      double[] average = noisy.scores(List.of(DIGIT))[0];
      double[] tested = model.scores(input(DIGIT)).toDoubles();
      double[] weights = model.weights().get(weight).toDoubles();
      float[] x = DIGIT.values();
      double largest = 0;
      for (int c = 0; c < tested.length; c++) {
        double variance = 0;
        for (int i = 0; i < x.length; i++) {
          variance += Math.pow(weights[c * x.length + i] * x[i], 2);
        }
        double error = Math.sqrt(variance / DRAWS);
        largest = Math.max(largest, Math.abs(average[c] - tested[c]) / error);
      }
      return Check.standardErrors(name + ", mean of 400 draws from testing", largest);
    }
  }

  /** One batch of 32 differs from another; their mean is what the running statistics give. */
  private static Check batchNorm(Laboratory lab) {
    Layer network = Sequential.of(BatchNorm.of().momentum(1), Linear.of(10));
    UpdateRule still = UpdateRule.of(Sgd.of(), 0);
    try (Model model = model(lab, network, 1);
        TrainingStep step = TrainingStep.of(model, CrossEntropy.ofLabels(), still, 1)) {
      step.run(wholeBatch(), 0); // with momentum 1 the running statistics are those of this batch
      Marginals noisy =
          MarginalizedPredictor.of(model).batchNoise(DIGITS, 32, 50, 1).marginals(List.of(DIGIT));
      double[] tested = model.probabilities(input(DIGIT)).toDoubles();
      // The averages are of probabilities; their scores are the logarithms.
      double[] average = Arrays.stream(noisy.scores()[0]).map(Math::exp).toArray();
      double scatter = Arrays.stream(noisy.deviations()[0]).max().orElseThrow();
      double error = Check.largestDifference(tested, average);
      return Check.atMost("batch norm, mean of 50 batches (bound: scatter of one)", error, scatter);
    }
  }

  private static Batch wholeBatch() {
    int size = DIGITS.sampleShape().intSize();
    float[] images = new float[DIGITS.size() * size];
    int[] labels = new int[DIGITS.size()];
    for (int i = 0; i < labels.length; i++) {
      DIGITS.copy(i, images, i * size);
      labels[i] = DIGITS.label(i);
    }
    int[] indices = IntStream.range(0, labels.length).toArray();
    HostArray batch = HostArray.of(Shape.of(labels.length, 1, 28, 28), images);
    return new Batch(batch, HostArray.of(Shape.of(labels.length), labels), indices, 0, 0);
  }

  /** Averaged over both mirror images, a model answers to a picture as to its mirror image. */
  private static Check augmentation(Laboratory lab) {
    try (Model model = model(lab, Linear.of(10), 1)) {
      Image mirrored =
          DataAugmentation.changed(new HorizontalFlip(1), DIGIT, new RandomStream(1, "flip"));
      MarginalizedPredictor both =
          MarginalizedPredictor.of(model).views(new FlipViews(), DIGITS.sampleShape());
      double[][] averaged = both.probabilities(List.of(DIGIT, mirrored));
      double apart = Check.largestDifference(averaged[0], averaged[1]);
      return Check.atMost("flips, answers to a digit and its mirror image", apart, 1e-6);
    }
  }

  private static Check ensemble(Laboratory lab) {
    try (Model first = model(lab, Linear.of(10), 1);
        Model second = model(lab, Linear.of(10), 2);
        Model third = model(lab, Linear.of(10), 3)) {
      double[] mean = new double[10];
      for (Model member : List.of(first, second, third)) {
        double[] one = member.probabilities(input(DIGIT)).toDoubles();
        Arrays.setAll(mean, c -> mean[c] + one[c] / 3);
      }
      double[] ours = Ensemble.of(first, second, third).probabilities(List.of(DIGIT))[0];
      double error = Check.largestDifference(mean, ours);
      return Check.atMost("ensemble, from the mean of its three answers", error, 1e-6);
    }
  }

  private static HostArray input(Image image) {
    return HostArray.of(Shape.of(1, 1, 28, 28), image.values());
  }
}
