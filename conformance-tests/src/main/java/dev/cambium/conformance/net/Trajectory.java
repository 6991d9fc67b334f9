package dev.cambium.conformance.net;

import dev.cambium.optim.UpdateRule;
import dev.cambium.spi.Backend;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Some steps of training.
 *
 * @param net the network and its data
 * @param rule how the parameters follow their gradients
 * @param steps how many
 */
record Trajectory(NetCase net, UpdateRule rule, int steps) {
  /** One training step in an element type. */
  NetGraph graph(DType dtype, boolean fused) {
    return NetGraph.step(net.network(dtype), net.batch(), fused, rule)
        .fetching(List.of(NetGraph.LOSS));
  }

  /** The name of the loss of one step among the results. */
  static String loss(int step) {
    return "loss of step " + step;
  }

  /** Trains on a draw of data as applications do, in FLOAT32 and fused; see the other method. */
  Map<String, HostArray> train(Backend backend, int draw) {
    return train(backend, graph(DType.FLOAT32, true), draw);
  }

  /** The losses of all steps, and all states afterwards. */
  Map<String, HostArray> train(Backend backend, NetGraph graph, int draw) {
    Map<String, HostArray> results = new LinkedHashMap<>();
    try (NetRun run = new NetRun(backend, graph, net.states(draw))) {
      List<Map<String, HostArray>> batches = net.batches(draw, steps);
      for (int step = 0; step < steps; step++) {
        run.run(batches.get(step), step);
        results.put(loss(step), run.fetch(NetGraph.LOSS));
      }
      results.putAll(run.results());
      results.remove(NetGraph.LOSS);
    }
    return results;
  }
}
