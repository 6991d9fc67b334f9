package dev.cambium.train;

import dev.cambium.data.Dataset;
import dev.cambium.nn.init.Orthogonal;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Layer-sequential unit-variance initialisation: orthogonal weights, then, layer by layer in the
 * order of the forward pass, the weight divided by the standard deviation of what the layer gives
 * for a batch, before its activation, until the variance is 1. Biases become 0. For deep nets of
 * any non-linearity, with or without residual blocks; use it in place of {@code He} where nothing
 * normalises the activations.
 *
 * <pre>{@code
 * Model model = Model.create(spec, seed, backend);
 * Lsuv.of().apply(model, trainingData, 256).forEach(System.out::println);
 * }</pre>
 *
 * <p>Layers are those whose weight enters a linear map or a convolution. Of a layer with centred
 * weight normalisation, the gain is divided instead. The model runs in evaluation mode: dropout
 * passes everything, and a fresh batch normalisation, with running mean 0 and variance 1, changes
 * next to nothing. The variance (1/n) is that of all outputs together, over samples, channels and
 * positions, the scores included.
 *
 * <p>Source: D. Mishkin, J. Matas, "All you need is a good init", 2015 (ICLR 2016). Their tolerance
 * is 0.1; as a linear map without bias follows its weight exactly, one division mostly does.
 *
 * @param tolerance how far from 1 the variance may stay; of (0, 1)
 * @param iterations how often a layer's weight is divided at most; at least 1
 * @param seed decides the orthogonal weights
 */
public record Lsuv(double tolerance, int iterations, long seed) {
  /**
   * What became of a layer.
   *
   * @param name of its weight, {@code features.0.weight}
   * @param varianceBefore of its output with orthogonal weights
   * @param varianceAfter of its output
   * @param iterations how often its weight was divided
   */
  public record LayerReport(
      String name, double varianceBefore, double varianceAfter, int iterations) {}

  /** Checks the settings. */
  public Lsuv {
    if (!(tolerance > 0 && tolerance < 1)) {
      throw new IllegalArgumentException(
          "tolerance of Lsuv must be above 0 and below 1, got " + tolerance);
    }
    if (iterations < 1) {
      throw new IllegalArgumentException(
          "iterations of Lsuv must be at least 1, got " + iterations);
    }
  }

  /** Variances within 1 +- 0.01, in 10 divisions at most. */
  public static Lsuv of() {
    return new Lsuv(0.01, 10, 1);
  }

  /** This initialisation with another tolerance. */
  public Lsuv tolerance(double tolerance) {
    return new Lsuv(tolerance, iterations, seed);
  }

  /** This initialisation with another number of divisions at most. */
  public Lsuv iterations(int iterations) {
    return new Lsuv(tolerance, iterations, seed);
  }

  /** This initialisation with other orthogonal weights. */
  public Lsuv seed(long seed) {
    return new Lsuv(tolerance, iterations, seed);
  }

  /**
   * Sets the weights of a model by random samples of its training data.
   *
   * @param model a fresh model
   * @param data raw samples; they are preprocessed as the model says
   * @param samples how many different ones are drawn; some hundreds will do
   * @return a report for each layer, in order
   * @throws IllegalArgumentException as the other method; and when there are not that many samples
   */
  public List<LayerReport> apply(Model model, Dataset data, int samples) {
    return apply(model, LayerProbe.batch(model, data, samples, seed));
  }

  /**
   * Sets the weights of a model by a batch.
   *
   * @param model a fresh model
   * @param batch FLOAT32 [N, ...], preprocessed, N of 2 or more
   * @return a report for each layer, in order
   * @throws IllegalArgumentException when the batch does not fit, when a layer gives the same for
   *     every sample, or numbers that are not finite; the message names the layer, and the model is
   *     as it was
   */
  public List<LayerReport> apply(Model model, HostArray batch) {
    return LayerProbe.run(
        model,
        batch,
        probe -> {
          probe.layers().forEach(layer -> restart(probe, layer));
          List<LayerReport> reports = new ArrayList<>();
          for (WeightedLayer layer : probe.layers()) {
            reports.add(normalise(probe, layer));
          }
          return reports;
        });
  }

  private void restart(LayerProbe probe, WeightedLayer layer) {
    RandomStream random = new RandomStream(seed, layer.name());
    probe.state(
        layer.name(),
        Orthogonal.of().initialise(layer.weight().type(), layer.weight().fans(), random));
    layer.bias().ifPresent(bias -> probe.state(bias.name(), HostArray.allocate(bias.type())));
  }

  private LayerReport normalise(LayerProbe probe, WeightedLayer layer) {
    double before = variance(probe, layer);
    double variance = before;
    int done = 0;
    while (Math.abs(variance - 1) > tolerance && done < iterations) {
      double[] factors = new double[layer.outputs()];
      Arrays.fill(factors, 1 / Math.sqrt(variance));
      probe.scale(layer.scale(), factors);
      variance = variance(probe, layer);
      done++;
    }
    return new LayerReport(layer.name(), before, variance, done);
  }

  private static double variance(LayerProbe probe, WeightedLayer layer) {
    OutputMoments moments = OutputMoments.of(probe.output(layer));
    moments.requireAlive(layer, false);
    return moments.overall();
  }
}
