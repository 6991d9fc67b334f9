package dev.cambium.conformance.net;

import dev.cambium.conformance.check.BackendUnderTest;
import dev.cambium.conformance.check.Expectation;
import dev.cambium.conformance.check.HostEvaluation;
import dev.cambium.graph.GraphBuilder;
import dev.cambium.nn.Network;
import dev.cambium.nn.zoo.Zoo;
import dev.cambium.op.Dropout;
import dev.cambium.op.Value;
import dev.cambium.optim.Sgd;
import dev.cambium.optim.UpdateRule;
import dev.cambium.spi.Backend;
import dev.cambium.spi.CheckingBackend;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What must come out with the same bits, whatever the backend or however often it is done. */
final class Bits {
  private static final Trajectory TRAINING =
      new Trajectory(
          new NetCase("convnet, three steps", Zoo.convnet(NetCase.CLASSES), Shape.of(3, 9, 11), 4),
          UpdateRule.of(Sgd.of().momentum(0.9), 0.01),
          3);

  private Bits() {}

  private static void requireEqual(
      String where, Map<String, HostArray> expected, Map<String, HostArray> got) {
    expected.forEach(
        (name, value) -> Expectation.requireSameBits(where, name, value, got.get(name)));
  }

  private static Map<String, HostArray> train(Backend backend, Trajectory trajectory) {
    return trajectory.train(backend, 0);
  }

  private static Map<String, HostArray> train(BackendUnderTest backend, Trajectory trajectory) {
    try (Backend open = backend.open()) {
      return train(open, trajectory);
    }
  }

  /** A parameter comes back from the device as its initialiser made it. */
  static void checkFirstValues(BackendUnderTest backend) {
    for (Zoo zoo : Zoo.values()) {
      Network network = Network.of(zoo.create(NetCase.CLASSES), DType.FLOAT32, Shape.of(3, 16, 12));
      NetGraph graph = NetGraph.inference(network, 1, true);
      Map<String, HostArray> initial = network.initialise(1);
      try (Backend open = backend.open();
          NetRun run = new NetRun(open, graph, initial)) {
        Map<String, HostArray> states = run.states();
        states.keySet().retainAll(initial.keySet());
        requireEqual(zoo.id(), initial, states);
      }
    }
  }

  /** The same elements are dropped as on the host, and the others get the same bits. */
  static void checkDropoutMasks(BackendUnderTest backend) {
    try (Backend open = backend.open()) {
      for (double p : new double[] {0, 0.1, 0.5, 0.9}) {
        checkDropoutMask(open, p, Shape.of(5, 37));
        checkDropoutMask(open, p, Shape.of(3, 5, 7, 2));
      }
    }
  }

  private static void checkDropoutMask(Backend backend, double p, Shape shape) {
    GraphBuilder graph = new GraphBuilder();
    Value x = graph.input("x", new TensorType(DType.FLOAT32, shape));
    Value rng = graph.input("rng", TensorType.of(DType.INT32, 4));
    Dropout op = new Dropout(p, 0x9E3779B9);
    graph.name("y", graph.emit(op, x, rng));
    HostArray ones = HostArray.allocate(new TensorType(DType.FLOAT32, shape));
    for (int i = 0; i < shape.intSize(); i++) {
      ones.set(i, 1);
    }
    HostArray position = HostArray.of(Shape.of(4), 0x12345678, 0xFEDCBA98, 0xFFFFFFFF, 3);
    Map<String, HostArray> inputs = Map.of("x", ones, "rng", position);
    try (NetRun run =
        new NetRun(backend, new NetGraph(graph.build(), Map.of(), List.of()), Map.of())) {
      HostArray got = run.run(inputs, 0).fetch("y");
      HostArray expected = HostArray.allocate(got.type());
      DoubleArray mask =
          new HostEvaluation(graph.build(), Oracle.sources(inputs), HostEvaluation.EXACT)
              .results()
              .get("y");
      for (int i = 0; i < mask.values().length; i++) {
        expected.set(i, mask.values()[i]);
      }
      Expectation.requireSameBits("dropout with p = " + p, "y", expected, got);
    }
  }

  /** The same training run on a backend opened anew. */
  static void checkRerun(BackendUnderTest backend) {
    requireEqual(
        "run again, " + TRAINING.net().name(), train(backend, TRAINING), train(backend, TRAINING));
  }

  /** Two backends of a provider at once, on two threads, and one outliving the other. */
  static void checkSideBySide(BackendUnderTest backend) {
    Map<String, HostArray> alone = train(backend, TRAINING);
    try (Backend first = backend.open()) {
      Map<String, Map<String, HostArray>> got = new LinkedHashMap<>();
      try (Backend second = backend.open()) {
        CompletableFuture<Map<String, HostArray>> beside =
            CompletableFuture.supplyAsync(() -> train(second, TRAINING));
        try {
          got.put("beside another, ", train(first, TRAINING));
        } finally {
          beside.exceptionally(e -> Map.of()).join(); // or it would be closed under the other one
        }
        got.put("on another thread, ", beside.join());
      }
      got.put("after another was closed, ", train(first, TRAINING));
      got.forEach((where, result) -> requireEqual(where + TRAINING.net().name(), alone, result));
    }
  }

  /** A kernel neither forgets an element nor reads what nobody wrote; the protocol is kept. */
  static void checkPoisoned(BackendUnderTest backend) {
    Map<String, HostArray> plain = train(backend, TRAINING);
    try (Backend checked = new CheckingBackend(backend.open(), true)) {
      requireEqual("on poisoned memory, " + TRAINING.net().name(), plain, train(checked, TRAINING));
    }
  }
}
