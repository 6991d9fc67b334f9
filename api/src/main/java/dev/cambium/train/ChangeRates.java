package dev.cambium.train;

import dev.cambium.graph.Gradients;
import dev.cambium.graph.GraphBuilder;
import dev.cambium.nn.Description;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Reduce;
import dev.cambium.op.Value;
import dev.cambium.runtime.Plan;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * How fast each layer would learn: C_k = sqrt(mean of (dL/dw)^2 / mean of w^2) over the weights w
 * of layer k, for the loss L = sum of r * scores with r drawn from N(0, 1) for each sample and
 * class. As the r of two samples are independent, the square of the batch's gradient is in the mean
 * the sum of the squares of the samples' gradients.
 */
final class ChangeRates implements AutoCloseable {
  private static final String DIRECTIONS = "initialisation.directions";

  private final LayerProbe probe;
  private final Plan plan;
  private final Set<String> names = new LinkedHashSet<>();

  ChangeRates(LayerProbe probe, long seed) {
    this.probe = probe;
    Description description = probe.describe();
    GraphBuilder graph = description.graph();
    TensorType scores = description.output().tensorType();
    Value directions = graph.input(DIRECTIONS, scores);
    Value products =
        graph.emit(new BinaryMath(BinaryMath.Function.MULTIPLY), description.output(), directions);
    List<Integer> axes = IntStream.range(0, scores.shape().rank()).boxed().toList();
    Value loss = graph.emit(new Reduce(Reduce.Function.SUM, axes, false), products);
    name(graph, loss);
    this.plan = probe.plan(graph.build().fetching(names));
    HostArray random = HostArray.allocate(scores);
    RandomStream stream = new RandomStream(seed, DIRECTIONS);
    for (int i = 0; i < scores.shape().intSize(); i++) {
      random.set(i, stream.nextGaussian());
    }
    plan.bind(DIRECTIONS, random);
  }

  private void name(GraphBuilder graph, Value loss) {
    List<Value> scales = new ArrayList<>();
    for (WeightedLayer layer : probe.layers()) {
      scales.add(graph.state(layer.scale().name(), layer.scale().type()));
    }
    List<Optional<Value>> gradients = Gradients.of(graph, loss, scales);
    for (int i = 0; i < scales.size(); i++) {
      WeightedLayer layer = probe.layers().get(i);
      graph.name(
          nameOf(layer),
          gradients
              .get(i)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "the scores do not depend on " + layer.name() + "; take its layer out")));
      names.add(nameOf(layer));
    }
  }

  /**
   * The rates under the present weights, in the order of the layers.
   *
   * @throws IllegalArgumentException when one is not a positive number
   */
  double[] measure() {
    Map<String, HostArray> gradients = probe.fetch(plan, names);
    return probe.layers().stream()
        .mapToDouble(
            layer -> {
              double rate =
                  Math.sqrt(
                      meanSquare(gradients.get(nameOf(layer)))
                          / meanSquare(probe.state(layer.scale().name())));
              if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                    "the gradient of "
                        + layer.name()
                        + " relative to its weights is "
                        + rate
                        + "; look for a dead layer after it");
              }
              return rate;
            })
        .toArray();
  }

  private static double meanSquare(HostArray values) {
    double sum = 0;
    for (double value : values.toDoubles()) {
      sum += value * value;
    }
    return sum / values.shape().size();
  }

  @Override
  public void close() {
    plan.close();
  }

  private static String nameOf(WeightedLayer layer) {
    return "initialisation.gradient." + layer.name();
  }
}
