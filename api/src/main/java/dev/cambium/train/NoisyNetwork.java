package dev.cambium.train;

import dev.cambium.graph.BindStates;
import dev.cambium.graph.FoldBatchNorm;
import dev.cambium.graph.FuseActivation;
import dev.cambium.graph.FuseFlatten;
import dev.cambium.graph.Graph;
import dev.cambium.graph.GraphBuilder;
import dev.cambium.graph.Node.Operation;
import dev.cambium.nn.Description;
import dev.cambium.nn.Mode;
import dev.cambium.nn.Network;
import dev.cambium.op.RunningStatistics;
import dev.cambium.runtime.Plan;
import dev.cambium.tensor.HostArray;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model's network under noise: with random layers that draw, and with other statistics in its
 * batch normalisation. No state of the model changes.
 */
final class NoisyNetwork {
  private static final String STATISTIC = "statistic.";

  private record ScoresKey(Mode mode, Set<String> bound, int batch) {}

  private record StatisticsKey(int batch) {}

  private final Model model;
  private final Set<String> statistics;

  NoisyNetwork(Model model) {
    this.model = model;
    this.statistics = statistics(2).named().keySet();
  }

  /** Whether any layer draws. */
  boolean draws() {
    return model.network().describe(1, Mode.SAMPLING).graph().build().inputs().stream()
        .anyMatch(input -> input.path().equals(TrainingStep.RNG));
  }

  /** Whether any layer uses statistics of the batch. */
  boolean usesBatch() {
    return !statistics.isEmpty();
  }

  /**
   * Scores in {@link Mode#EVALUATION} or {@link Mode#SAMPLING}.
   *
   * @param input a preprocessed batch
   * @param seed and {@code step} decide what random layers draw
   * @param statistics instead of the model's running statistics, by name; may be empty
   */
  HostArray scores(
      Mode mode, HostArray input, long seed, long step, Map<String, HostArray> statistics) {
    synchronized (model) {
      int batch = input.shape().dim(0);
      Set<String> bound = statistics.keySet();
      Plan plan =
          model.plan(
              new ScoresKey(mode, Set.copyOf(bound), batch), () -> scores(mode, batch, bound));
      plan.bind(Network.INPUT, input);
      TrainingStep.bindRandom(plan, seed, step);
      statistics.forEach(plan::bind);
      plan.run();
      return plan.fetch(Model.SCORES);
    }
  }

  private Graph scores(Mode mode, int batch, Set<String> bound) {
    Description description = model.network().describe(batch, mode);
    description.graph().name(Model.SCORES, description.output());
    return description
        .graph()
        .build()
        .withoutAssignments()
        .rewritten(
            new BindStates(bound), new FuseFlatten(), new FuseActivation(), new FoldBatchNorm())
        .fetching(List.of(Model.SCORES));
  }

  /**
   * Mean and biased variance of a batch in {@link Mode#TRAINING}, under the names of the running
   * statistics that they would move.
   */
  Map<String, HostArray> statistics(HostArray input, long seed, long step) {
    synchronized (model) {
      int batch = input.shape().dim(0);
      Plan plan = model.plan(new StatisticsKey(batch), () -> statistics(batch));
      plan.bind(Network.INPUT, input);
      TrainingStep.bindRandom(plan, seed, step);
      plan.run();
      Map<String, HostArray> values = new LinkedHashMap<>();
      statistics.forEach(name -> values.put(name.substring(STATISTIC.length()), plan.fetch(name)));
      return values;
    }
  }

  private Graph statistics(int batch) {
    Graph training = model.network().describe(batch, Mode.TRAINING).graph().build();
    GraphBuilder graph = GraphBuilder.of(training);
    Set<String> names = new LinkedHashSet<>();
    for (Operation operation : training.operations()) {
      if (operation.op() instanceof RunningStatistics) {
        // Inputs: running mean, running variance, mean and variance of the batch.
        for (int i = 0; i < 2; i++) {
          String name = STATISTIC + operation.inputs().get(i).node().path();
          graph.name(name, operation.inputs().get(2 + i));
          names.add(name);
        }
      }
    }
    return graph
        .build()
        .withoutAssignments()
        .rewritten(new FuseFlatten(), new FuseActivation())
        .fetching(names);
  }
}
