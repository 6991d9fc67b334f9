package dev.cambium.conformance.net;

import dev.cambium.conformance.check.Expectation;
import dev.cambium.conformance.check.HostEvaluation;
import dev.cambium.graph.Node.Operation;
import dev.cambium.nn.StateSpec;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.HostArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The same training once exactly, and several times with errors that are derived, at each step,
 * from the values of the exact one. Each keeps its own parameters.
 */
final class NoisyTraining {
  private static final class Run {
    final Noise noise;
    Map<String, DoubleArray> states;
    DoubleArray loss;

    Run(Map<String, DoubleArray> states, Noise noise) {
      this.states = states;
      this.noise = noise;
    }
  }

  private final NetGraph net;
  private final List<Run> runs = new ArrayList<>();
  private final Map<String, Double> distances = new LinkedHashMap<>();
  private Map<String, DoubleArray> states;
  private boolean kinksReached;

  /** Trains {@code count} times on one draw of data; stops when a kink is reached. */
  NoisyTraining(Trajectory trajectory, int draw, int count) {
    this.net = trajectory.graph(DType.FLOAT64, false);
    this.states = Oracle.sources(trajectory.net().states(draw));
    for (StateSpec state : net.states().values()) {
      states.computeIfAbsent(state.name(), name -> DoubleArray.zeros(state.type().shape()));
    }
    for (int run = 0; run < count; run++) {
      Noise noise = new Noise(trajectory.net().seed(draw) + run, Oracle.AMPLIFICATION);
      runs.add(new Run(states, noise));
    }
    List<Map<String, HostArray>> batches = trajectory.net().batches(draw, trajectory.steps());
    for (int step = 0; step < trajectory.steps() && !kinksReached; step++) {
      step(batches.get(step), step);
    }
    states.keySet().forEach(name -> runs.forEach(run -> widen(name, run.states.get(name))));
  }

  private void step(Map<String, HostArray> batch, int step) {
    Map<String, DoubleArray> inputs =
        Oracle.sources(batch, NetRun.stepInputs(net.stepInputs(), step));
    Map<Operation, Rounding> roundings = new HashMap<>();
    HostEvaluation exact =
        new HostEvaluation(net.graph(), joined(states, inputs), Rounding.deriving(roundings));
    kinksReached =
        IntStream.range(0, runs.size())
            .parallel()
            .mapToObj(run -> step(runs.get(run), inputs, exact, roundings))
            .toList()
            .contains(true);
    states = joined(states, exact.changedStates());
    String loss = Trajectory.loss(step);
    states.put(loss, exact.results().get(NetGraph.LOSS));
    // That one number came closer again by chance earns it nothing.
    distances.put(loss, step == 0 ? 0 : distances.get(Trajectory.loss(step - 1)));
    runs.forEach(run -> widen(loss, run.loss));
    states.remove(loss);
  }

  /** One step of one run; whether it reached a kink. */
  private boolean step(
      Run run,
      Map<String, DoubleArray> inputs,
      HostEvaluation exact,
      Map<Operation, Rounding> roundings) {
    HostEvaluation noisy =
        new HostEvaluation(
            net.graph(), joined(run.states, inputs), Rounding.rounding(roundings, run.noise));
    run.states = joined(run.states, noisy.changedStates());
    run.loss = noisy.results().get(NetGraph.LOSS);
    return Kinks.reached(net.graph(), exact, noisy);
  }

  private static Map<String, DoubleArray> joined(
      Map<String, DoubleArray> some, Map<String, DoubleArray> more) {
    Map<String, DoubleArray> all = new LinkedHashMap<>(some);
    all.putAll(more);
    return all;
  }

  private void widen(String name, DoubleArray noisy) {
    double distance =
        Expectation.rootMeanSquare(Oracle.difference(noisy, states.get(name)).values());
    distances.merge(name, distance, Math::max);
  }

  /** Whether an error of one of the runs could have turned a decision round. */
  boolean kinksReached() {
    return kinksReached;
  }

  /**
   * How far the furthest run was from the exact one, root mean square over a tensor: the loss of
   * each step, and the states after the last.
   */
  Map<String, Double> distances() {
    return distances;
  }
}
