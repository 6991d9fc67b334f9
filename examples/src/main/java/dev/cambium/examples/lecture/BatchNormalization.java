package dev.cambium.examples.lecture;

import dev.cambium.data.Batch;
import dev.cambium.graph.Graph;
import dev.cambium.nn.BatchNorm;
import dev.cambium.nn.Layer;
import dev.cambium.nn.Linear;
import dev.cambium.nn.Network;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.Tanh;
import dev.cambium.nn.init.Normal;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.op.Activation;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.op.Value;
import dev.cambium.optim.Sgd;
import dev.cambium.optim.UpdateRule;
import dev.cambium.runtime.BufferPool;
import dev.cambium.runtime.Eager;
import dev.cambium.runtime.ParameterStore;
import dev.cambium.runtime.Plan;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.train.Model;
import dev.cambium.train.ModelSpec;
import dev.cambium.train.TrainingStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Row 22: batch normalisation. */
final class BatchNormalization {
  private static final double EPSILON = 1e-5;

  /** Two features of four samples: means 2.5 and 10, biased variances 1.25 and 20. */
  private static final HostArray BATCH =
      HostArray.of(Shape.of(4, 2), 1f, 4f, 2f, 8f, 3f, 12f, 4f, 16f);

  private BatchNormalization() {}

  static Chapter chapter() {
    return new Chapter(
        "Batch normalisation",
        List.of(
            Row.of(
                    22,
                    "statistics of the batch, identity, running statistics",
                    BatchNormalization::normalise)
                .note(
                    "epsilon and the momentum of the running statistics are not given: PyTorch's"
                        + " are used, epsilon 1e-5, momentum 0.1, and an unbiased variance in the"
                        + " running statistics, while the batch is normalised by the biased one")));
  }

  private static List<Check> normalise(Laboratory lab) {
    List<Check> checks = new ArrayList<>();
    checks.addAll(statisticsOfABatch(lab));
    checks.addAll(runningStatistics(lab));
    checks.add(beforeTheNonLinearity(lab));
    return checks;
  }

  private static List<Check> statisticsOfABatch(Laboratory lab) {
    BatchNormTraining normalise = new BatchNormTraining(EPSILON, Activation.NONE);
    HostArray ones = HostArray.of(Shape.of(2), 1f, 1f);
    HostArray zeros = HostArray.of(Shape.of(2), 0f, 0f);
    HostArray images =
        BATCH.reshape(Shape.of(2, 2, 2, 1)); // the channels are 1 4 3 12 and 2 8 4 16
    try (Eager eager = new Eager(lab.backend())) {
      Value x = eager.tensor(BATCH);
      List<Value> plain =
          eager.emit(normalise, List.of(x, eager.tensor(ones), eager.tensor(zeros)));
      HostArray mean = eager.fetch(plain.get(1));
      HostArray variance = eager.fetch(plain.get(2));
      HostArray root = HostArray.allocate(variance.type());
      root.set(0, Math.sqrt(variance.get(0)));
      root.set(1, Math.sqrt(variance.get(1)));
      Value back = eager.emit(normalise, x, eager.tensor(root), eager.tensor(mean));
      List<Value> perChannel =
          eager.emit(
              normalise, List.of(eager.tensor(images), eager.tensor(ones), eager.tensor(zeros)));
      double[] channels = eager.fetch(perChannel.get(1)).toDoubles();
      double error = Check.largestDifference(BATCH.toDoubles(), eager.fetch(back).toDoubles());
      String normalised =
          "-1.341635 -1.341640 -0.447212 -0.447214 0.447212 0.447214 1.341635 1.341640";
      return List.of(
          Check.byHand("mean of the batch", "2.5 10.0", mean.toDoubles(), 1e-5),
          Check.byHand("biased variance", "1.25 20.00", variance.toDoubles(), 2e-5),
          Check.byHand("normalised", normalised, eager.fetch(plain.get(0)).toDoubles(), 2e-6),
          Check.byHand("mean per channel of images", "5.0 7.5", channels, 1e-5),
          Check.atMost("gamma = sqrt(var), beta = mean give x back", error, 1e-4));
    }
  }

  /** One step from (0, 1): 0.1 mean, and 0.9 + 0.1 * 4/3 variance; in use they normalise. */
  private static List<Check> runningStatistics(Laboratory lab) {
    Sequential network = Sequential.of(BatchNorm.of(), Linear.of(2));
    ModelSpec spec = ModelSpec.of(network, Shape.of(2), List.of("a", "b"));
    HostArray labels = HostArray.of(Shape.of(4), 0, 1, 0, 1);
    UpdateRule still = UpdateRule.of(Sgd.of(), 0);
    try (Model model = Model.create(spec, 1, lab.backend());
        TrainingStep step = TrainingStep.of(model, CrossEntropy.ofLabels(), still, 1)) {
      step.run(new Batch(BATCH, labels, new int[] {0, 1, 2, 3}, 0, 0), 0);
      double[] mean = model.weights().get("0.running_mean").toDoubles();
      double[] variance = model.weights().get("0.running_var").toDoubles();
      HostArray sample = HostArray.of(Shape.of(1, 2), 1.25f, 5f);
      Map<String, HostArray> found = model.fetch(sample, Set.of("0.output"));
      // (1.25 - 0.25) / sqrt(1.066667 + 1e-5), (5 - 1) / sqrt(3.566667 + 1e-5)
      double[] used = found.get("0.output").toDoubles();
      return List.of(
          Check.byHand("running mean after a step", "0.25 1.00", mean, 1e-6),
          Check.byHand("running variance, unbiased", "1.066667 3.566667", variance, 2e-6),
          Check.byHand("in use, for the sample (1.25, 5)", "0.968241 2.118011", used, 2e-6));
    }
  }

  /**
   * Ten layers whose weights are so small that row 19's activations vanish, with batch
   * normalisation before each tanh: "you want unit gaussian activations? just make them so."
   */
  private static Check beforeTheNonLinearity(Laboratory lab) {
    int units = 100;
    Sequential network = Sequential.named();
    for (int l = 0; l < 10; l++) {
      Layer linear = Linear.of(units).bias(false).initializer(new Normal(0.01));
      network = network.add("linear" + l, linear).add("norm" + l, BatchNorm.of());
      network = network.add("hidden" + l, Tanh.of());
    }
    Network described = Network.of(network, Shape.of(units));
    Graph training = described.describe(200, true).graph().build().withoutAssignments();
    Graph graph = training.fetching(List.of("norm9.output"));
    try (ParameterStore store = new ParameterStore(lab.backend());
        BufferPool pool = new BufferPool(lab.backend())) {
      described.initialise(1).forEach(store::create);
      try (Plan plan = Plan.of(graph, store, pool)) {
        plan.bind(Network.INPUT, ActivationTable.normal(Shape.of(200, units), 1));
        plan.run();
        Moments last = Moments.of(plan.fetch("norm9.output").toDoubles());
        // Epsilon, 1e-5 beside a variance of 0.004, takes 0.1 % off.
        String name = "mean and std before tanh 10, weights 0.01";
        double[] ours = {last.mean(), last.std()};
        return Check.byHand(name, "0.00 1.00", ours, 2e-3);
      }
    }
  }
}
