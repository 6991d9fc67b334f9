package dev.cambium.conformance.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.cambium.conformance.check.BackendUnderTest;
import dev.cambium.conformance.check.Expectation;
import dev.cambium.conformance.fixture.MutantBackend;
import dev.cambium.conformance.fixture.OpenedBy;
import dev.cambium.nn.zoo.Zoo;
import dev.cambium.op.Affine;
import dev.cambium.op.Op;
import dev.cambium.spi.Backend;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The suite can fail: backends that are slightly wrong are rejected, each in one line. */
class NetMutantsTest {
  private static final NetAgreement LENET = agreement(Zoo.LENET, Shape.of(1, 12, 14));
  private static final NetAgreement CONVNET = agreement(Zoo.CONVNET, Shape.of(3, 8, 6));
  private static final NetAgreement RESNET20 = agreement(Zoo.RESNET20, Shape.of(3, 6, 8));

  private static NetAgreement agreement(Zoo net, Shape sample) {
    return new NetAgreement(
        new NetCase("small " + net.id(), net.create(NetCase.CLASSES), sample, 4));
  }

  private static NetAgreement net(String id) {
    return Stream.of(LENET, CONVNET, RESNET20)
        .filter(net -> net.name().endsWith(id))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void rightKernelsPass() {
    for (NetAgreement net : List.of(LENET, CONVNET, RESNET20)) {
      net.checkTraining(OpenedBy.underTest(() -> new MutantBackend(MutantBackend.NONE)));
      net.checkInference(OpenedBy.underTest(() -> new MutantBackend(MutantBackend.NONE)));
    }
  }

  @TestFactory
  Stream<DynamicTest> anyOneOperationScaledByOneTenThousandthIsRejected() {
    return Stream.concat(Stream.of(LENET, CONVNET), LayerCases.all().stream())
        .map(net -> dynamicTest(net.name(), () -> assertEachScaledOperationIsRejected(net)));
  }

  private static void assertEachScaledOperationIsRejected(NetAgreement net) {
    List<String> missed = new ArrayList<>();
    List<Op> operations = new ArrayList<>();
    train(
        net,
        (index, op, right) -> {
          operations.add(op);
          return right;
        });
    for (int i = 0; i < operations.size(); i++) {
      int wrong = i;
      Map<String, HostArray> got =
          train(
              net,
              (index, op, right) ->
                  (in, out) -> {
                    right.apply(in, out);
                    if (index == wrong) {
                      out.forEach(y -> makeWrong(op, y));
                    }
                  });
      try {
        net.training().check(got);
        missed.add(i + " " + operations.get(i));
      } catch (AssertionError e) {
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
      }
    }
    assertEquals(List.of(), missed);
  }

  private static Map<String, HostArray> train(NetAgreement net, MutantBackend.Mutation mutation) {
    NetCase data = net.training().net();
    try (Backend backend = new MutantBackend(mutation)) {
      NetGraph graph = NetGraph.gradients(data.network(DType.FLOAT32), data.batch(), true);
      return NetAgreement.run(backend, net.training(), NetAgreement.unwatched(graph));
    }
  }

  /** By one ten-thousandth; the counter of batches, an integer, by one. */
  private static void makeWrong(Op op, DoubleArray y) {
    if (op instanceof Affine) {
      y.values()[0]++;
    } else {
      scale(y, 1 + 1e-4);
    }
  }

  private static void scale(DoubleArray array, double factor) {
    for (int i = 0; i < array.values().length; i++) {
      array.values()[i] *= factor;
    }
  }

  @TestFactory
  Stream<DynamicTest> wrongKernelsAreRejected() {
    return WrongKernels.ALL.stream()
        .map(
            wrong ->
                dynamicTest(
                    wrong.net() + ": " + wrong.name(),
                    () -> {
                      BackendUnderTest backend =
                          OpenedBy.underTest(() -> new MutantBackend(wrong.mutation()));
                      AssertionError error =
                          assertThrows(
                              AssertionError.class, () -> net(wrong.net()).checkTraining(backend));
                      assertTrue(
                          error.getMessage().matches(".*\\[.*\\] expected .*, got .*, bound .*"),
                          error.getMessage());
                    }));
  }

  @Test
  void theFirstWrongLayerIsNamed() {
    MutantBackend.Mutation secondConvolution =
        (index, op, right) ->
            (in, out) -> {
              right.apply(in, out);
              if (op.name().equals("Convolution") && in.get(1).dim(1) == 6) {
                scale(out.get(0), 1.001);
              }
            };
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () ->
                LENET.checkTraining(
                    OpenedBy.underTest(() -> new MutantBackend(secondConvolution))));
    assertTrue(
        error.getMessage().startsWith("small lenet: features.3.output["), error.getMessage());
  }

  /** A bound that says nothing would let everything pass. */
  @Test
  void boundsAreSmallBesideTheValues() {
    for (NetAgreement net : List.of(LENET, CONVNET, RESNET20)) {
      for (Oracle oracle : List.of(net.training(), net.inference())) {
        for (Expectation expectation : oracle.expectations()) {
          double relative = expectation.relativeBound();
          assertTrue(relative < 5e-4, net.name() + " " + expectation.name() + " " + relative);
        }
      }
    }
  }
}
