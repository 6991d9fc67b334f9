package dev.cambium.examples.lecture;

import dev.cambium.data.Batch;
import dev.cambium.nn.Linear;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.Tanh;
import dev.cambium.nn.init.Constant;
import dev.cambium.nn.init.Initializer;
import dev.cambium.nn.init.Normal;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.optim.Sgd;
import dev.cambium.optim.UpdateRule;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import dev.cambium.train.Model;
import dev.cambium.train.ModelSpec;
import dev.cambium.train.TrainingStep;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Rows 17 to 21: what first weights do. */
final class WeightInitialization {
  private static final int SAMPLES = 8;
  private static final int INPUTS = 4;
  private static final int HIDDEN = 6;
  private static final int CLASSES = 3;

  private WeightInitialization() {}

  static Chapter chapter() {
    return new Chapter(
        "Weight initialisation",
        List.of(
            Row.of(17, "what happens with W = 0", WeightInitialization::equalWeights),
            Row.of(18, "small numbers, N(0, 1) * 0.01", WeightInitialization::smallNumbers)
                .note(
                    "the text's \"-0.01 to 0.01\" is no range but a standard deviation of 0.01; the"
                        + " lecture draws the bias too, where 0 is right, as it is here by default"),
            Row.of(19, "activations of ten layers, five tables", new ActivationStatistics(10))
                .note(
                    "the tables fit 500 units without a bias and one net with 1,000 inputs, not the"
                        + " code printed above them, which uses one Linear with a bias ten times"
                        + " and so ends on a floor; here both are run. Ours are 10 nets with 100"
                        + " inputs each, as a single net scatters by 12 % behind ten ReLU layers"),
            Row.of(20, "formulas of the standard deviation", new InitializerFormulas())
                .note(
                    "the toolbox's \"kaiming\", sqrt(4 / (fan_in + fan_out)), is He's sqrt(2 /"
                        + " fan_in) only where fan_in = fan_out; both are here, under names of"
                        + " their own"),
            Row.of(21, "the reading list as working initialisers", new ReadingList())));
  }

  /** Weights that start equal stay equal; those that start at 0 have no gradient at all. */
  private static List<Check> equalWeights(Laboratory lab) {
    double[] first = trained(lab, Constant.ZEROS, 1).get("hidden.weight").toDoubles();
    double[] zeros = trained(lab, Constant.ZEROS, 50).get("hidden.weight").toDoubles();
    double[] halves = trained(lab, new Constant(0.5), 50).get("hidden.weight").toDoubles();
    double[] drawn = trained(lab, new Normal(0.5), 50).get("hidden.weight").toDoubles();
    double moved = Math.abs(halves[0] - 0.5);
    return List.of(
        Check.atMost("W = 0: gradient of the hidden units", largest(first), 0),
        Check.atMost("W = 0: their weights after 50 steps", largest(zeros), 0),
        Check.that("W = 0.5: they learn", moved > 0.01, "moved by " + Check.text(3, moved)),
        Check.atMost("W = 0.5: but all the same", apart(halves), 1e-5),
        Check.that(
            "W drawn: each its own",
            apart(drawn) > 0.1,
            "apart by " + Check.text(3, apart(drawn))));
  }

  /** The weights of a net with one hidden layer after so many steps of rate 1 on one batch. */
  private static Map<String, HostArray> trained(Laboratory lab, Initializer weights, int steps) {
    Sequential network =
        Sequential.named()
            .add("hidden", Linear.of(HIDDEN).initializer(weights))
            .add("tanh", Tanh.of())
            .add("scores", Linear.of(CLASSES).initializer(weights));
    List<String> classes = List.of("a", "b", "c");
    HostArray images = ActivationTable.normal(Shape.of(SAMPLES, INPUTS), 1);
    HostArray labels = HostArray.of(Shape.of(SAMPLES), 0, 1, 2, 0, 1, 2, 0, 1);
    Batch batch = new Batch(images, labels, IntStream.range(0, SAMPLES).toArray(), 0, 0);
    UpdateRule rule = UpdateRule.of(Sgd.of(), 1);
    try (Model model =
            Model.create(ModelSpec.of(network, Shape.of(INPUTS), classes), 1, lab.backend());
        TrainingStep step = TrainingStep.of(model, CrossEntropy.ofLabels(), rule, 1)) {
      for (int i = 0; i < steps; i++) {
        step.run(batch, i);
      }
      return model.weights();
    }
  }

  private static double largest(double[] values) {
    return Arrays.stream(values).map(Math::abs).max().orElseThrow();
  }

  /** How far the weights of a hidden unit are from those of the first, at most. */
  private static double apart(double[] weights) {
    return IntStream.range(0, weights.length)
        .mapToDouble(i -> Math.abs(weights[i] - weights[i % INPUTS]))
        .max()
        .orElseThrow();
  }

  private static List<Check> smallNumbers(Laboratory lab) {
    Shape shape = Shape.of(1000, 1000);
    RandomStream random = new RandomStream(1, "weight");
    Moments drawn =
        Moments.of(new Normal(0.01).initialise(shape, DType.FLOAT32, random).toDoubles());
    Linear layer = Linear.of(10).initializer(new Normal(0.01));
    ModelSpec spec = ModelSpec.of(layer, Shape.of(3072), List.of("class"));
    try (Model model = Model.create(spec, 1, lab.backend())) {
      double bias = largest(model.weights().get("bias").toDoubles());
      return List.of(
          Check.lecture("mean of 10^6", "0.0", new double[] {drawn.mean()}, 4 * 0.01 / 1e3),
          Check.lecture(
              "std of 10^6", "0.01", new double[] {drawn.std()}, 4 * 0.01 / Math.sqrt(2e6)),
          Check.atMost("bias of a layer", bias, 0));
    }
  }
}
