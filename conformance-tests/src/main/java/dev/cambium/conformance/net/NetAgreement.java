package dev.cambium.conformance.net;

import dev.cambium.conformance.check.BackendUnderTest;
import dev.cambium.conformance.check.Expectation;
import dev.cambium.spi.Backend;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import java.util.Map;

/**
 * A network computes on a backend in FLOAT32 what it computes on {@code reference} in double,
 * within the bounds of {@link Oracle}: every layer's output, scores, loss, the gradient of every
 * parameter and the running statistics. Once with all of these watched, so that the first wrong one
 * is named; and once with the loss, the scores and the gradients alone, as applications run it,
 * which must give the same bits.
 */
final class NetAgreement {
  private final NetCase net;
  private Oracle training;
  private Oracle inference;

  NetAgreement(NetCase net) {
    this.net = net;
  }

  /** The network. */
  String name() {
    return net.name();
  }

  /** What training mode must give. */
  synchronized Oracle training() {
    if (training == null) {
      training = Oracle.ofGradients(net);
    }
    return training;
  }

  /** What evaluation mode must give. */
  synchronized Oracle inference() {
    if (inference == null) {
      inference = Oracle.ofInference(net);
    }
    return inference;
  }

  /** Scores, loss, gradients and statistics. */
  void checkTraining(BackendUnderTest backend) {
    NetGraph graph = NetGraph.gradients(net.network(DType.FLOAT32), net.batch(), true);
    check(backend, training(), graph);
  }

  /** Scores with batch normalisation folded away. */
  void checkInference(BackendUnderTest backend) {
    NetGraph graph = NetGraph.inference(net.network(DType.FLOAT32), net.batch(), true);
    check(backend, inference(), graph);
  }

  private static void check(BackendUnderTest backend, Oracle oracle, NetGraph graph) {
    try (Backend open = backend.open()) {
      Map<String, HostArray> watched = run(open, oracle, graph);
      oracle.check(watched);
      run(open, oracle, unwatched(graph))
          .forEach(
              (name, value) ->
                  Expectation.requireSameBits(
                      oracle.net().name() + " when less is watched",
                      name,
                      watched.get(name),
                      value));
    }
  }

  /** The same, with nothing fetched but the loss, the scores and the gradients. */
  static NetGraph unwatched(NetGraph graph) {
    return graph.fetching(
        graph.graph().named().keySet().stream()
            .filter(
                name ->
                    name.equals(NetGraph.LOSS)
                        || name.equals(NetGraph.SCORES)
                        || name.startsWith(NetGraph.GRADIENT))
            .toList());
  }

  /** One run on the data of the oracle. */
  static Map<String, HostArray> run(Backend backend, Oracle oracle, NetGraph graph) {
    NetCase net = oracle.net();
    try (NetRun run = new NetRun(backend, graph, net.states(oracle.draw()))) {
      return run.run(net.batches(oracle.draw(), 1).get(0), 0).results();
    }
  }
}
