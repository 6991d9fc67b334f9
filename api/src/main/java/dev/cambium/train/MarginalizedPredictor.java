package dev.cambium.train;

import dev.cambium.data.Dataset;
import dev.cambium.data.SampleTransform;
import dev.cambium.data.augment.Views;
import dev.cambium.image.Image;
import dev.cambium.nn.Mode;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A model's answers averaged over noise: noise goes in while the model is trained, and is averaged
 * out when it is used.
 *
 * <pre>{@code
 * MarginalizedPredictor predictor =
 *     MarginalizedPredictor.of(model).draws(20, 1).views(tenCrops, Shape.of(3, 36, 36));
 * System.out.println(predictor.accuracy(test, 64));
 * }</pre>
 *
 * <p>Four kinds of noise can be combined; a picture is passed through the network once for each
 * combination, which gives the product of their numbers of passes:
 *
 * <ul>
 *   <li>{@link #draws}: the network's own (dropout, DropConnect, stochastic depth)
 *   <li>{@link #views}: fixed parts and mirror images of the picture
 *   <li>{@link #augmentation}: random changes of the picture, as in training; before the views
 *   <li>{@link #batchNoise}: the statistics of random training batches in batch normalisation
 * </ul>
 *
 * <p>The same seeds give the same bits on one backend. What random layers and augmentation do to a
 * picture depends on its place in the list. The model stays its owner's. Immutable; may be used
 * from many threads, which take turns.
 */
public final class MarginalizedPredictor implements Predictor {
  private record Draws(Mode mode, int count, long seed) {}

  private record Augmentation(SampleTransform transform, int draws, long seed) {}

  private record Noise(
      Draws draws, Views views, Augmentation augmentation, Optional<BatchNoise> batches) {
    static final Noise NONE =
        new Noise(
            new Draws(Mode.EVALUATION, 1, 0),
            List::of,
            new Augmentation((image, random) -> image, 1, 0),
            Optional.empty());
  }

  private final Model model;
  private final NoisyNetwork network;
  private final Shape sample;
  private final Noise noise;
  private final Averaging averaging;

  private MarginalizedPredictor(
      Model model, NoisyNetwork network, Shape sample, Noise noise, Averaging averaging) {
    this.model = model;
    this.network = network;
    this.sample = sample;
    this.noise = noise;
    this.averaging = Objects.requireNonNull(averaging, "averaging");
    Shape changed = noise.augmentation.transform.outputShape(sample);
    requireFit(noise.views.outputShape(changed));
  }

  /**
   * A predictor without noise yet, which averages probabilities.
   *
   * @throws IllegalArgumentException when the model's samples are no images {@code [C, H, W]}
   */
  public static MarginalizedPredictor of(Model model) {
    if (model.sample().rank() != 3) {
      throw new IllegalArgumentException(
          "a MarginalizedPredictor needs a model of images [C, H, W], got samples of shape "
              + model.sample());
    }
    return new MarginalizedPredictor(
        model, new NoisyNetwork(model), model.sample(), Noise.NONE, Averaging.PROBABILITIES);
  }

  private MarginalizedPredictor with(Shape raw, Noise other) {
    return new MarginalizedPredictor(model, network, raw, other, averaging);
  }

  /** This predictor with another kind of average. */
  public MarginalizedPredictor averaging(Averaging other) {
    return new MarginalizedPredictor(model, network, sample, noise, other);
  }

  /**
   * This predictor with random layers that draw as in training, anew in each pass; batch
   * normalisation stays as in evaluation. Known as Monte-Carlo dropout (Y. Gal, Z. Ghahramani,
   * "Dropout as a Bayesian Approximation", 2016).
   *
   * @param count passes, at least 1
   * @param seed decides what is drawn
   * @throws IllegalArgumentException when the network has no random layer
   */
  public MarginalizedPredictor draws(int count, long seed) {
    requireAtLeastOne("draws of a MarginalizedPredictor", count);
    if (!network.draws()) {
      throw new IllegalArgumentException(
          "draws of a MarginalizedPredictor need a network with a layer that draws, such as"
              + " Dropout, and this one has none");
    }
    Draws draws = new Draws(Mode.SAMPLING, count, seed);
    return with(sample, new Noise(draws, noise.views, noise.augmentation, noise.batches));
  }

  /**
   * This predictor with fixed views of each picture, such as crops and their mirror images.
   *
   * @param each what the views are
   * @param raw the shape {@code [C, H, W]} to which pictures are brought before views are taken; it
   *     becomes {@link #sample}
   * @throws IllegalArgumentException when views of such pictures have not the shape of the model's
   *     samples
   */
  public MarginalizedPredictor views(Views each, Shape raw) {
    if (raw.rank() != 3) {
      throw new IllegalArgumentException(
          "raw of MarginalizedPredictor.views must be a shape [C, H, W], got " + raw);
    }
    Objects.requireNonNull(each, "each");
    return with(raw, new Noise(noise.draws, each, noise.augmentation, noise.batches));
  }

  /**
   * This predictor with random changes of each picture, as in training.
   *
   * @param transform what is done; it depends on the seed, the picture's place in the list, and the
   *     number of the draw
   * @param count how many changed pictures each one gives, at least 1
   * @param seed decides how they are changed
   * @throws IllegalArgumentException when changed pictures do not fit the model
   */
  public MarginalizedPredictor augmentation(SampleTransform transform, int count, long seed) {
    requireAtLeastOne("draws of an augmentation", count);
    Objects.requireNonNull(transform, "transform");
    Augmentation augmentation = new Augmentation(transform, count, seed);
    return with(sample, new Noise(noise.draws, noise.views, augmentation, noise.batches));
  }

  /**
   * This predictor with statistics of random training batches in batch normalisation, instead of
   * the running ones, which stay as they are (M. Teye et al., "Bayesian Uncertainty Estimation for
   * Batch Normalized Deep Networks", 2018). The pictures themselves take no part in the statistics,
   * so that no answer depends on the other pictures. Each call computes the statistics anew, by a
   * pass over each of the batches.
   *
   * @param training samples as the model was trained on
   * @param batch how many make a batch, as in training
   * @param count how many batches, at least 1
   * @param seed decides which samples, and what random layers draw meanwhile
   * @throws IllegalArgumentException when the network has no batch normalisation, or the samples do
   *     not fit it
   */
  public MarginalizedPredictor batchNoise(Dataset training, int batch, int count, long seed) {
    if (!network.usesBatch()) {
      throw new IllegalArgumentException(
          "batchNoise needs a network with batch normalisation, and this one has none");
    }
    if (!training.sampleShape().equals(model.sample())) {
      throw new IllegalArgumentException(
          "training samples of batchNoise must have the model's shape "
              + model.sample()
              + ", got "
              + training.sampleShape());
    }
    BatchNoise batches = new BatchNoise(training, batch, count, seed);
    return with(
        sample, new Noise(noise.draws, noise.views, noise.augmentation, Optional.of(batches)));
  }

  private static void requireAtLeastOne(String name, int count) {
    if (count < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, got " + count);
    }
  }

  private void requireFit(Shape given) {
    if (!given.equals(model.sample())) {
      throw new IllegalArgumentException(
          "what the network is given must have the shape of the model's samples, "
              + model.sample()
              + ", got "
              + given
              + " of pictures "
              + sample
              + "; build the model for the size of the views");
    }
  }

  @Override
  public List<String> classNames() {
    return model.classNames();
  }

  /** The shape to which pictures are brought before anything else: the model's, or the views'. */
  @Override
  public Shape sample() {
    return sample;
  }

  @Override
  public double[][] scores(List<Image> images) {
    return marginals(images).scores();
  }

  /** The averages over the noise, and how much the answers vary. */
  public Marginals marginals(List<Image> images) {
    List<Image> raw = images.stream().map(this::fitted).toList();
    List<double[][]> passes = raw.isEmpty() ? List.of() : passes(raw);
    double[][] scores = new double[raw.size()][];
    double[][] deviations = new double[raw.size()][];
    for (int i = 0; i < scores.length; i++) {
      int image = i;
      double[][] ofImage = passes.stream().map(pass -> pass[image]).toArray(double[][]::new);
      scores[i] = averaging.average(ofImage, Averaging.equalWeights(ofImage.length));
      deviations[i] = deviations(ofImage);
    }
    return new Marginals(scores, deviations, passes.size());
  }

  private Image fitted(Image image) {
    return image.withChannels(sample.dim(0)).cover(sample.dim(1), sample.dim(2));
  }

  private static double[] deviations(double[][] scores) {
    double[][] probabilities = Arrays.stream(scores).map(Scores::softmax).toArray(double[][]::new);
    double[] deviations = new double[scores[0].length];
    for (int c = 0; c < deviations.length; c++) {
      int of = c;
      double mean = Arrays.stream(probabilities).mapToDouble(p -> p[of]).average().orElseThrow();
      double variance =
          Arrays.stream(probabilities)
              .mapToDouble(p -> (p[of] - mean) * (p[of] - mean))
              .average()
              .orElseThrow();
      deviations[c] = Math.sqrt(variance);
    }
    return deviations;
  }

  /** The scores of all pictures, pass by pass. */
  private List<double[][]> passes(List<Image> raw) {
    List<Map<String, HostArray>> statistics =
        noise.batches.map(b -> b.statistics(model, network)).orElse(List.of(Map.of()));
    Draws draws = noise.draws;
    List<double[][]> passes = new ArrayList<>();
    for (int a = 0; a < noise.augmentation.draws; a++) {
      for (HostArray input : inputs(changed(raw, a))) {
        for (Map<String, HostArray> ofBatch : statistics) {
          for (int d = 0; d < draws.count; d++) {
            // The number of the pass is the step: no two passes have the same masks.
            passes.add(
                Model.rows(network.scores(draws.mode, input, draws.seed, passes.size(), ofBatch)));
          }
        }
      }
    }
    return passes;
  }

  private List<Image> changed(List<Image> raw, int draw) {
    List<Image> changed = new ArrayList<>();
    for (int i = 0; i < raw.size(); i++) {
      // A transform may change the picture that it is given.
      Image image = raw.get(i);
      Image own = Image.of(image.channels(), image.height(), image.width(), image.values().clone());
      RandomStream random =
          new RandomStream(noise.augmentation.seed, "marginalised/" + i + "/" + draw);
      changed.add(noise.augmentation.transform.apply(own, random));
    }
    return changed;
  }

  /** A batch for each view. */
  private List<HostArray> inputs(List<Image> images) {
    List<List<Image>> ofImages = images.stream().map(noise.views::of).toList();
    int count = ofImages.get(0).size();
    List<HostArray> inputs = new ArrayList<>();
    for (int v = 0; v < count; v++) {
      List<Image> view = new ArrayList<>();
      for (List<Image> ofImage : ofImages) {
        if (ofImage.size() != count) {
          throw new IllegalArgumentException(
              "views must be as many of each picture, got " + count + " and " + ofImage.size());
        }
        Image image = ofImage.get(v);
        requireFit(Shape.of(image.channels(), image.height(), image.width()));
        view.add(image);
      }
      inputs.add(model.prepared(view));
    }
    return inputs;
  }
}
