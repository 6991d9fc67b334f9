package dev.cambium.conformance.net;

import dev.cambium.graph.FoldBatchNorm;
import dev.cambium.graph.FuseActivation;
import dev.cambium.graph.FuseFlatten;
import dev.cambium.graph.Graph;
import dev.cambium.graph.GraphBuilder;
import dev.cambium.nn.Description;
import dev.cambium.nn.Network;
import dev.cambium.nn.StateSpec;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.op.Value;
import dev.cambium.optim.StepInput;
import dev.cambium.optim.UpdateDescription;
import dev.cambium.optim.UpdateRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A computation with a network: what is handed to a backend (fused, as applications do), and the
 * same as its layers describe it, for the oracle.
 *
 * @param graph the computation
 * @param states every state that it reads
 * @param stepInputs inputs that are computed for each update
 */
record NetGraph(Graph graph, Map<String, StateSpec> states, List<StepInput> stepInputs) {
  /** The loss of a batch. */
  static final String LOSS = "loss";

  /** What the network gives. */
  static final String SCORES = "scores";

  /** The input with the labels. */
  static final String TARGETS = "targets";

  /** Before the name of a parameter, its gradient. */
  static final String GRADIENT = "gradient.";

  private static final CrossEntropy CROSS_ENTROPY = CrossEntropy.ofLabels();

  /** Scores in evaluation mode. */
  static NetGraph inference(Network network, int batch, boolean fused) {
    Description description = network.describe(batch, false);
    description.graph().name(SCORES, description.output());
    Graph graph = description.graph().build();
    return new NetGraph(
        fused ? fused(graph).rewritten(new FoldBatchNorm()) : graph,
        description.states(),
        List.of());
  }

  /** Scores, loss, batch statistics and all gradients in training mode. */
  static NetGraph gradients(Network network, int batch, boolean fused) {
    Map<String, StateSpec> states = new LinkedHashMap<>();
    GraphBuilder graph = GraphBuilder.of(forward(network, batch, fused, states));
    emitGradients(graph, parameters(states));
    return new NetGraph(graph.build(), states, List.of());
  }

  /** A whole training step, update included. */
  static NetGraph step(Network network, int batch, boolean fused, UpdateRule rule) {
    Map<String, StateSpec> states = new LinkedHashMap<>();
    GraphBuilder graph = GraphBuilder.of(forward(network, batch, fused, states));
    List<StateSpec> trained = rule.trained(states.values());
    UpdateDescription update = rule.describe(graph, trained, emitGradients(graph, trained));
    states.putAll(update.states());
    return new NetGraph(graph.build(), states, update.stepInputs());
  }

  private static Graph forward(
      Network network, int batch, boolean fused, Map<String, StateSpec> states) {
    Description description = network.describe(batch, true);
    GraphBuilder graph = description.graph();
    Value scores = description.output();
    Value targets = graph.input(TARGETS, CROSS_ENTROPY.targets(scores.tensorType()));
    graph.name(SCORES, scores);
    graph.name(LOSS, CROSS_ENTROPY.describe(description.context(), scores, targets));
    states.putAll(description.states());
    return fused ? fused(graph.build()) : graph.build();
  }

  private static Graph fused(Graph graph) {
    return graph.rewritten(new FuseFlatten(), new FuseActivation());
  }

  private static List<StateSpec> parameters(Map<String, StateSpec> states) {
    return states.values().stream().filter(StateSpec::trainable).toList();
  }

  private static List<Value> emitGradients(GraphBuilder graph, List<StateSpec> trained) {
    List<Value> gradients = UpdateRule.gradients(graph, graph.build().named(LOSS), trained);
    for (int i = 0; i < trained.size(); i++) {
      graph.name(GRADIENT + trained.get(i).name(), gradients.get(i));
    }
    return gradients;
  }

  /** This computation with nothing fetched but the given values. */
  NetGraph fetching(List<String> names) {
    return new NetGraph(graph.fetching(names), states, stepInputs);
  }
}
