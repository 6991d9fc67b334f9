package dev.cambium.train;

import java.util.Arrays;
import java.util.List;

/** Scales layers against each other until their relative rates of change are the same. */
final class LayerBalance {
  private final LayerProbe probe;
  private final ChangeRates measured;
  private double[] rates;
  private int rounds;

  LayerBalance(LayerProbe probe, ChangeRates measured, double[] rates) {
    this.probe = probe;
    this.measured = measured;
    this.rates = rates;
  }

  /** The rate of each layer under the present weights. */
  double[] rates() {
    return rates;
  }

  /** How often the layers were scaled. */
  int rounds() {
    return rounds;
  }

  void run(double tolerance, int iterations) {
    while (rounds < iterations && !balanced(tolerance)) {
      round();
      rates = measured.measure();
      rounds++;
    }
  }

  private boolean balanced(double tolerance) {
    double mean = geometricMean();
    return Arrays.stream(rates).allMatch(rate -> Math.abs(rate / mean - 1) <= tolerance);
  }

  private double geometricMean() {
    return Math.exp(Arrays.stream(rates).map(Math::log).average().orElseThrow());
  }

  /** Multiplies each layer once; a bias also by what the layers before did to its layer's input. */
  private void round() {
    List<WeightedLayer> layers = probe.layers();
    double[] sizes = layers.stream().mapToDouble(this::inputSize).toArray();
    double mean = geometricMean();
    for (int k = 0; k < sizes.length; k++) {
      WeightedLayer layer = layers.get(k);
      double factor = Math.sqrt(rates[k] / mean);
      probe.scale(layer.scale(), filled(layer, factor));
      if (layer.bias().isPresent()) {
        double grown = inputSize(layer) / sizes[k];
        probe.scale(layer.bias().get(), filled(layer, factor * grown));
      }
    }
  }

  private static double[] filled(WeightedLayer layer, double factor) {
    double[] factors = new double[layer.outputs()];
    Arrays.fill(factors, factor);
    return factors;
  }

  /** The mean absolute value of what a layer takes. */
  private double inputSize(WeightedLayer layer) {
    return Arrays.stream(probe.input(layer).toDoubles()).map(Math::abs).average().orElseThrow();
  }
}
