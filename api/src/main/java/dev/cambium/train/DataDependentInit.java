package dev.cambium.train;

import dev.cambium.data.Dataset;
import dev.cambium.nn.init.Constant;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Data-dependent initialisation, in two parts.
 *
 * <p><b>Within a layer</b>, in the order of the forward pass: weights are drawn, or taken from
 * pieces of what the layer takes for a batch ({@link Filters}); then each output channel is scaled
 * and shifted so that over the batch, before the activation, it has mean 0 and variance 1 (1/n). A
 * layer without a bias is scaled only.
 *
 * <p><b>Between layers</b>: the layers are scaled until all change at the same relative rate under
 * gradient descent. With C_k the root mean square of the gradient of layer k by that of its
 * weights, for a random linear loss of the scores, and C the geometric mean of all C_k, layer k is
 * multiplied by r_k = sqrt(C_k / C), and its bias also by the factor by which the layer's input has
 * grown. In a chain of layers whose activations are homogeneous (ReLU, leaky ReLU, pooling) C_k is
 * proportional to 1 / scale^2, and the r_k multiply to 1: one round is exact, the scores stay as
 * they were, and each channel keeps its mean 0, while its variance is no longer 1. Elsewhere the
 * rounds approach it, until every C_k is within the tolerance of C or the rounds are used up.
 *
 * <pre>{@code
 * Model model = Model.create(spec, seed, backend);
 * DataDependentInit.Report report =
 *     DataDependentInit.of().filters(Filters.KMEANS).apply(model, trainingData, 256);
 * }</pre>
 *
 * <p>For nets of ReLU without normalisation, above all where little data makes good first filters
 * worth having. Layers are those whose weight enters a linear map or a convolution; of a layer with
 * centred weight normalisation, the gain is scaled instead. The model runs in evaluation mode:
 * dropout passes everything, and a fresh batch normalisation changes next to nothing.
 *
 * <p>Source: P. Kraehenbuehl, C. Doersch, J. Donahue, T. Darrell, "Data-dependent Initializations
 * of Convolutional Neural Networks", 2015 (ICLR 2016), and the code that its authors published. The
 * correction and what becomes of a bias are those of the code, whose biases however start at 0.1,
 * so that more units of a ReLU are active; here channels are centred at 0.
 *
 * @param filters where the weights come from
 * @param balance whether the layers are scaled against each other
 * @param tolerance how far from the geometric mean a rate may stay, as a share; of (0, 1)
 * @param iterations how often the layers are scaled against each other at most; at least 1
 * @param seed decides all random numbers
 */
public record DataDependentInit(
    Filters filters, boolean balance, double tolerance, int iterations, long seed) {
  /** Where the weights of a layer come from. */
  public enum Filters {
    /** Gaussian numbers. */
    RANDOM,
    /**
     * The principal components of the layer's input patches, the strongest first. Where a layer has
     * more outputs (of a group) than there are components of variance above 0 (at most the weights
     * of an output, and less than the patches), the other outputs are random.
     */
    PCA,
    /**
     * The centres of a spherical k-means, started by k-means++, of the whitened patches. Where a
     * layer has more outputs (of a group) than there are different patches, the other outputs are
     * random.
     */
    KMEANS
  }

  /**
   * What became of a layer.
   *
   * @param name of its weight, {@code features.0.weight}
   * @param outputs how many it has
   * @param fromData how many of them got weights from data
   * @param rateBefore C_k after the part within layers
   * @param rateAfter C_k in the end
   */
  public record LayerReport(
      String name, int outputs, int fromData, double rateBefore, double rateAfter) {}

  /**
   * What became of a model.
   *
   * @param layers in order
   * @param iterations how often the layers were scaled against each other
   */
  public record Report(List<LayerReport> layers, int iterations) {
    /** Copies the list. */
    public Report {
      layers = List.copyOf(layers);
    }

    /** The largest C_k by the smallest, after the part within layers. */
    public double spreadBefore() {
      return spread(layers.stream().mapToDouble(LayerReport::rateBefore).toArray());
    }

    /** The largest C_k by the smallest, in the end. */
    public double spreadAfter() {
      return spread(layers.stream().mapToDouble(LayerReport::rateAfter).toArray());
    }

    private static double spread(double[] rates) {
      return Arrays.stream(rates).max().orElseThrow() / Arrays.stream(rates).min().orElseThrow();
    }
  }

  /** Checks the settings. */
  public DataDependentInit {
    Objects.requireNonNull(filters, "filters");
    if (!(tolerance > 0 && tolerance < 1)) {
      throw new IllegalArgumentException(
          "tolerance of DataDependentInit must be above 0 and below 1, got " + tolerance);
    }
    if (iterations < 1) {
      throw new IllegalArgumentException(
          "iterations of DataDependentInit must be at least 1, got " + iterations);
    }
  }

  /** Random filters, layers balanced to 1 % in 20 rounds at most. */
  public static DataDependentInit of() {
    return new DataDependentInit(Filters.RANDOM, true, 0.01, 20, 1);
  }

  /** This initialisation with weights from elsewhere. */
  public DataDependentInit filters(Filters filters) {
    return new DataDependentInit(filters, balance, tolerance, iterations, seed);
  }

  /** This initialisation with or without the part between layers. */
  public DataDependentInit balance(boolean balance) {
    return new DataDependentInit(filters, balance, tolerance, iterations, seed);
  }

  /** This initialisation with another tolerance. */
  public DataDependentInit tolerance(double tolerance) {
    return new DataDependentInit(filters, balance, tolerance, iterations, seed);
  }

  /** This initialisation with another number of rounds at most. */
  public DataDependentInit iterations(int iterations) {
    return new DataDependentInit(filters, balance, tolerance, iterations, seed);
  }

  /** This initialisation with other random numbers. */
  public DataDependentInit seed(long seed) {
    return new DataDependentInit(filters, balance, tolerance, iterations, seed);
  }

  /**
   * Sets the weights of a model by random samples of its training data.
   *
   * @param model a fresh model
   * @param data raw samples; they are preprocessed as the model says
   * @param samples how many different ones are drawn; some hundreds will do
   * @throws IllegalArgumentException as the other method; and when there are not that many samples
   */
  public Report apply(Model model, Dataset data, int samples) {
    return apply(model, LayerProbe.batch(model, data, samples, seed));
  }

  /**
   * Sets the weights of a model by a batch.
   *
   * @param model a fresh model
   * @param batch FLOAT32 [N, ...], preprocessed, N of 2 or more
   * @throws IllegalArgumentException when the batch does not fit, when a layer has an output that
   *     is the same for every sample, numbers that are not finite, or no gradient; the message
   *     names the layer, and the model is as it was
   */
  public Report apply(Model model, HostArray batch) {
    return LayerProbe.run(model, batch, this::apply);
  }

  private Report apply(LayerProbe probe) {
    int[] fromData = probe.layers().stream().mapToInt(layer -> within(probe, layer)).toArray();
    try (ChangeRates rates = new ChangeRates(probe, seed)) {
      double[] before = rates.measure();
      LayerBalance balanced = new LayerBalance(probe, rates, before);
      if (balance) {
        balanced.run(tolerance, iterations);
      }
      List<LayerReport> layers = new ArrayList<>();
      for (int k = 0; k < fromData.length; k++) {
        WeightedLayer layer = probe.layers().get(k);
        layers.add(
            new LayerReport(
                layer.name(), layer.outputs(), fromData[k], before[k], balanced.rates()[k]));
      }
      return new Report(layers, balanced.rounds());
    }
  }

  /** Sets one layer by what it takes; the number of outputs whose weights are from data. */
  private int within(LayerProbe probe, WeightedLayer layer) {
    RandomStream random = new RandomStream(seed, layer.name());
    LayerFilters chosen = LayerFilters.of(filters, layer, probe.input(layer), random);
    probe.state(layer.name(), chosen.weight());
    if (!layer.scale().equals(layer.weight())) {
      probe.state(
          layer.scale().name(),
          Constant.ONES.initialise(layer.scale().type(), layer.scale().fans(), random));
    }
    layer.bias().ifPresent(bias -> probe.state(bias.name(), HostArray.allocate(bias.type())));
    OutputMoments moments = OutputMoments.of(probe.output(layer));
    moments.requireAlive(layer, true);
    double[] scale = Arrays.stream(moments.variance()).map(v -> 1 / Math.sqrt(v)).toArray();
    probe.scale(layer.scale(), scale);
    layer
        .bias()
        .ifPresent(
            bias -> {
              HostArray shift = HostArray.allocate(bias.type());
              for (int o = 0; o < scale.length; o++) {
                shift.set(o, -moments.mean()[o] * scale[o]);
              }
              probe.state(bias.name(), shift);
            });
    return chosen.fromData();
  }
}
