package dev.cambium.conformance.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.conformance.check.Expectation;
import dev.cambium.conformance.check.HostEvaluation;
import dev.cambium.nn.zoo.Zoo;
import dev.cambium.op.Activate;
import dev.cambium.op.Activation;
import dev.cambium.op.MaxPooling;
import dev.cambium.op.Op;
import dev.cambium.op.Window2d;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The parts of an oracle. */
class OracleTest {
  /** Planning, with its reuse of memory, changes no bit of what the host functions give. */
  @Test
  void evaluationOnTheHostIsThatOfTheReferenceBackend() {
    NetCase net = new NetCase("convnet", Zoo.convnet(10), Shape.of(3, 8, 6), 3);
    NetGraph graph = NetGraph.gradients(net.network(DType.FLOAT64), 3, false);
    Map<String, HostArray> inputs = net.batches(0, 1).get(0);
    HostEvaluation host =
        new HostEvaluation(
            graph.graph(), Oracle.sources(net.states(0), inputs), HostEvaluation.EXACT);
    try (Backend reference = new ReferenceProvider().open(BackendConfig.defaults());
        NetRun run = new NetRun(reference, graph, net.states(0))) {
      Map<String, HostArray> planned = run.run(inputs, 0).results();
      host.results()
          .forEach(
              (name, value) ->
                  assertArrayEquals(value.values(), planned.get(name).toDoubles(), name));
    }
  }

  private static boolean reached(Op op, double[] exact, double[] noisy) {
    Shape shape = Shape.of(1, 1, 2, 2);
    return Kinks.reached(
        op, List.of(new DoubleArray(shape, exact)), List.of(new DoubleArray(shape, noisy)));
  }

  @Test
  void signsThatAnErrorOfThatSizeCouldTurnAreInReach() {
    Op relu = new Activate(Activation.RELU);
    double[] exact = {1, -1, 0.5, 0};
    assertFalse(reached(relu, exact, new double[] {1.9, -1.9, 0.4, 0}));
    assertTrue(reached(relu, exact, new double[] {1, -1, -0.1, 0}), "turned");
    assertTrue(reached(relu, exact, new double[] {1, -1, 1.1, 0}), "the opposite error turns it");
    assertTrue(reached(relu, exact, new double[] {1, -1, 0.5, 1e-9}), "an inexact 0");
    assertFalse(reached(new Activate(new Activation.Tanh()), exact, new double[4]), "smooth");
  }

  @Test
  void ordersThatAnErrorOfThatSizeCouldTurnAreInReach() {
    Op pooling = new MaxPooling(Window2d.of(2));
    double[] exact = {0, 3, 2, 2};
    assertFalse(reached(pooling, exact, new double[] {0, 3.4, 2.5, 1.9}));
    assertTrue(reached(pooling, exact, new double[] {0, 2.4, 2.5, 2}), "turned");
    assertTrue(reached(pooling, exact, new double[] {0, 4.1, 2, 2}), "the opposite turns it");
    assertFalse(reached(pooling, new double[4], new double[4]), "nothing but zeros");
  }

  @Test
  void messagesNameValueIndexAndNumbersInOneLine() {
    DoubleArray expected = new DoubleArray(Shape.of(2, 3), new double[] {1, 2, 3, 4, 5, 6});
    double[] bound = {1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3};
    Expectation expectation = new Expectation("gradient.w", expected, bound);
    expectation.check("net", HostArray.of(Shape.of(2, 3), 1.0005f, 2, 3, 4, 5, 6));
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () ->
                expectation.check("net", HostArray.of(Shape.of(2, 3), 1.002f, 2, 3, 4, 5.25f, 6)));
    assertEquals(
        "net: gradient.w[1, 1] expected 5.00000000, got 5.25000000, bound 0.00100",
        error.getMessage());
    AssertionError notANumber =
        assertThrows(
            AssertionError.class,
            () -> expectation.check("net", HostArray.of(Shape.of(2, 3), 1, 2, Float.NaN, 4, 9, 6)));
    assertTrue(
        notANumber.getMessage().startsWith("net: gradient.w[0, 2] expected 3.00000000, got NaN"),
        notANumber.getMessage());
  }
}
