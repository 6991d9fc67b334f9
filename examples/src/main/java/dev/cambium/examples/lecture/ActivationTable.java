package dev.cambium.examples.lecture;

import dev.cambium.image.HistogramPlot;
import dev.cambium.image.HistogramPlot.Panel;
import dev.cambium.image.Image;
import dev.cambium.nn.Layer;
import dev.cambium.nn.Linear;
import dev.cambium.nn.ReLU;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.init.Fans;
import dev.cambium.nn.init.Initializer;
import dev.cambium.nn.init.Normal;
import dev.cambium.nn.init.VarianceScaling;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import dev.cambium.train.Model;
import dev.cambium.train.ModelSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One of the five tables of row 19: mean and standard deviation of what each of ten layers makes of
 * normal inputs.
 *
 * @param name how the weights are drawn, and the non-linearity
 * @param weights how the weights are drawn
 * @param activation the non-linearity
 * @param printedMean the means that the lecture prints, layer by layer
 * @param printedStd the standard deviations that it prints
 */
record ActivationTable(
    String name, Initializer weights, Layer activation, String printedMean, String printedStd) {
  static final int LAYERS = 10;
  static final int UNITS = 500;

  private static final int BARS = 50;

  /** Inputs of each net. */
  private static final int SAMPLES = 100;

  /** The size of the lecture's, which its input's mean and standard deviation fit: one net. */
  static final MeanField.Size LECTURE = new MeanField.Size(UNITS, 1000, 1, LAYERS);

  /** The size of our experiment with so many nets. */
  static MeanField.Size size(int nets) {
    return new MeanField.Size(UNITS, SAMPLES, nets, LAYERS);
  }

  /** The activations of each layer, those of all nets one after the other. */
  List<double[]> activations(Laboratory lab, int nets) {
    int each = SAMPLES * UNITS;
    List<double[]> layers = new ArrayList<>();
    IntStream.range(0, LAYERS).forEach(l -> layers.add(new double[nets * each]));
    ModelSpec spec = ModelSpec.of(network(), Shape.of(UNITS), List.of("unit"));
    Set<String> outputs =
        IntStream.range(0, LAYERS).mapToObj(ActivationTable::output).collect(Collectors.toSet());
    for (int net = 0; net < nets; net++) { // its number is its seed
      HostArray input = normal(Shape.of(SAMPLES, UNITS), net);
      try (Model model = Model.create(spec, net, lab.backend())) {
        Map<String, HostArray> found = model.fetch(input, outputs);
        for (int l = 0; l < LAYERS; l++) {
          double[] values = found.get(output(l)).toDoubles();
          System.arraycopy(values, 0, layers.get(l), net * each, each);
        }
      }
    }
    return layers;
  }

  private Layer network() {
    Sequential network = Sequential.named();
    for (int l = 0; l < LAYERS; l++) {
      Linear linear = Linear.of(UNITS).bias(false).initializer(weights);
      network = network.add("linear" + l, linear).add("hidden" + l, activation);
    }
    return network;
  }

  private static String output(int layer) {
    return "hidden" + layer + ".output";
  }

  /** What theory says of an experiment of the given size. */
  MeanField theory(MeanField.Size size) {
    double std =
        weights instanceof Normal normal
            ? normal.standardDeviation()
            : ((VarianceScaling) weights).standardDeviation(new Fans(UNITS, UNITS));
    return activation instanceof ReLU
        ? MeanField.relu(size, std * std)
        : MeanField.tanh(size, std * std, 0);
  }

  /** The layers' histograms; of a ReLU's activations those above 0, beside the share of zeros. */
  Image picture(List<double[]> layers) {
    if (!(activation instanceof ReLU)) {
      return picture(name, -1, 1, layers);
    }
    List<Panel> panels = new ArrayList<>();
    for (int l = 0; l < layers.size(); l++) {
      double[] positive = Arrays.stream(layers.get(l)).filter(value -> value > 0).toArray();
      double zeros = 100.0 - 100.0 * positive.length / layers.get(l).length;
      String title = "layer %d, %.0f %% are 0".formatted(l + 1, zeros);
      panels.add(Panel.of(title, positive, 0, 3, BARS));
    }
    return new HistogramPlot(name + ": activations", panels).draw();
  }

  /** Histograms of layers over [low, high]. */
  static Image picture(String title, double low, double high, List<double[]> layers) {
    List<Panel> panels = new ArrayList<>();
    for (int l = 0; l < layers.size(); l++) {
      panels.add(Panel.of("layer " + (l + 1), layers.get(l), low, high, BARS));
    }
    return new HistogramPlot(title + ": activations", panels).draw();
  }

  /** The name as part of a file's: {@code 0.01-tanh}. */
  String fileName() {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]+", "-");
  }

  /** Draws from N(0, 1). */
  static HostArray normal(Shape shape, long seed) {
    return new Normal(1).initialise(shape, DType.FLOAT32, new RandomStream(seed, "input"));
  }
}
