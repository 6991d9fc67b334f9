package dev.cambium.examples.lecture;

import dev.cambium.nn.Layer;
import dev.cambium.nn.LayerContext;
import dev.cambium.nn.Linear;
import dev.cambium.nn.Tanh;
import dev.cambium.nn.init.Normal;
import dev.cambium.op.Value;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.train.Model;
import dev.cambium.train.ModelSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The code that the lecture prints above its first table: 1,000 units, weights and bias of N(0,
 * 0.01^2), and one and the same Linear in all ten places, on a single input. The bias, which is the
 * same each time, keeps the activations from going to 0.
 */
final class PrintedCode {
  private static final int UNITS = 1000;
  private static final int TIMES = ActivationTable.LAYERS;
  private static final MeanField.Size SIZE = new MeanField.Size(UNITS, 1, 1, TIMES);

  /**
   * What this code gives when it is run as it stands, rounded; from layer 5 on it has its floor.
   */
  private static final String AS_RUN =
      "0.290 0.092 0.031 0.014 0.0102 0.0102 0.0102 0.0102 0.0102 0.0102";

  private PrintedCode() {}

  /** One layer used again and again: its name stays, so its weights are the same. */
  private record Reused(Linear linear, int times) implements Layer {
    @Override
    public Value describe(LayerContext context, Value input) {
      Value value = input;
      for (int i = 0; i < times; i++) {
        value = context.child("linear", linear, value);
        value = context.child("hidden" + i, Tanh.of(), value);
      }
      return value;
    }
  }

  static List<Check> run(Laboratory lab) throws IOException {
    Normal small = new Normal(0.01);
    Layer network = new Reused(Linear.of(UNITS).initializer(small).biasInitializer(small), TIMES);
    Set<String> outputs =
        IntStream.range(0, TIMES).mapToObj(PrintedCode::output).collect(Collectors.toSet());
    List<double[]> layers = new ArrayList<>();
    ModelSpec spec = ModelSpec.of(network, Shape.of(UNITS), List.of("unit"));
    try (Model model = Model.create(spec, 1, lab.backend())) {
      HostArray input = ActivationTable.normal(Shape.of(1, UNITS), 1);
      Map<String, HostArray> found = model.fetch(input, outputs);
      IntStream.range(0, TIMES).forEach(l -> layers.add(found.get(output(l)).toDoubles()));
    }
    MeanField theory = MeanField.tanh(SIZE, 1e-4, 1e-4);
    double[] std = layers.stream().mapToDouble(layer -> Moments.of(layer).std()).toArray();
    String name = "the printed code (1000 units, bias, one Linear reused), std of layers 1 to 10";
    lab.picture(
        "activations-printed-code",
        () -> ActivationTable.picture("the printed code", -1, 1, layers));
    return List.of(
        ActivationStatistics.beside(
            name, "its run", AS_RUN, std, theory.std(), theory.stdError(), theory.stdError()));
  }

  private static String output(int layer) {
    return "hidden" + layer + ".output";
  }
}
