package dev.cambium.conformance.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.cambium.conformance.check.Expectation;
import dev.cambium.conformance.fixture.MutantBackend;
import dev.cambium.nn.Linear;
import dev.cambium.nn.ReLU;
import dev.cambium.nn.Sequential;
import dev.cambium.op.AdamUpdate;
import dev.cambium.op.HostFunction;
import dev.cambium.op.Op;
import dev.cambium.op.SgdUpdate;
import dev.cambium.op.UpdateOptions;
import dev.cambium.optim.Adam;
import dev.cambium.optim.Optimizer;
import dev.cambium.optim.Sgd;
import dev.cambium.optim.UpdateRule;
import dev.cambium.spi.Backend;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Training with a wrong update is rejected. */
class TrajectoryMutantsTest {
  private static final TrajectoryOracle MOMENTUM =
      oracle("momentum", Sgd.of().momentum(0.9).weightDecay(1e-3), 0.02);
  private static final TrajectoryOracle ADAM = oracle("Adam", Adam.of(), 1e-3);

  private static TrajectoryOracle oracle(String name, Optimizer optimizer, double learningRate) {
    NetCase net =
        new NetCase(
            name,
            Sequential.of(Linear.of(24), ReLU.of(), Linear.of(NetCase.CLASSES)),
            Shape.of(1, 6, 6),
            4);
    return TrajectoryOracle.of(new Trajectory(net, UpdateRule.of(optimizer, learningRate), 20));
  }

  private record Wrong(TrajectoryOracle oracle, String name, MutantBackend.Mutation mutation) {}

  private static HostFunction sgd(Op op, double momentum, boolean nesterov, double weightDecay) {
    int parameters = ((SgdUpdate) op).parameters();
    List<UpdateOptions> options = new ArrayList<>();
    for (int i = 0; i < parameters; i++) {
      options.add(new UpdateOptions(1, weightDecay, false));
    }
    return new SgdUpdate(momentum, nesterov, options).host().orElseThrow();
  }

  private static HostFunction adam(Op op, double beta1, double beta2, double epsilon) {
    return new AdamUpdate(beta1, beta2, epsilon, ((AdamUpdate) op).options()).host().orElseThrow();
  }

  /** Adam without the correction that has the given place among the inputs. */
  private static HostFunction uncorrected(HostFunction right, int input) {
    return (in, out) -> {
      List<DoubleArray> changed = new ArrayList<>(in);
      changed.set(input, new DoubleArray(Shape.scalar(), new double[] {1}));
      right.apply(changed, out);
    };
  }

  private static Stream<Wrong> wrongUpdates() {
    return Stream.of(
        onSgd("momentum is 0.90001", op -> sgd(op, 0.90001, false, 1e-3)),
        onSgd("looks ahead", op -> sgd(op, 0.9, true, 1e-3)),
        onSgd("forgets the weight decay", op -> sgd(op, 0.9, false, 0)),
        onSgd("halves the weight decay", op -> sgd(op, 0.9, false, 5e-4)),
        onAdam("beta1 is 0.90001", (op, right) -> adam(op, 0.90001, 0.999, 1e-8)),
        onAdam("beta2 is 0.99901", (op, right) -> adam(op, 0.9, 0.99901, 1e-8)),
        onAdam("epsilon is 1e-5", (op, right) -> adam(op, 0.9, 0.999, 1e-5)),
        onAdam("mean is not corrected", (op, right) -> uncorrected(right, 2)),
        onAdam("squares are not corrected", (op, right) -> uncorrected(right, 3)));
  }

  private static Wrong onSgd(String name, Function<Op, HostFunction> wrong) {
    return new Wrong(
        MOMENTUM, name, (i, op, right) -> op instanceof SgdUpdate ? wrong.apply(op) : right);
  }

  private static Wrong onAdam(String name, BiFunction<Op, HostFunction, HostFunction> wrong) {
    return new Wrong(
        ADAM, name, (i, op, right) -> op instanceof AdamUpdate ? wrong.apply(op, right) : right);
  }

  private static void check(TrajectoryOracle oracle, MutantBackend.Mutation mutation) {
    try (Backend backend = new MutantBackend(mutation)) {
      oracle.check(backend);
    }
  }

  @Test
  void rightUpdatesPass() {
    check(MOMENTUM, MutantBackend.NONE);
    check(ADAM, MutantBackend.NONE);
  }

  @TestFactory
  Stream<DynamicTest> wrongUpdatesAreRejected() {
    return wrongUpdates()
        .map(
            wrong ->
                dynamicTest(
                    wrong.name(),
                    () -> {
                      AssertionError error =
                          assertThrows(
                              AssertionError.class, () -> check(wrong.oracle(), wrong.mutation()));
                      assertEquals(1, error.getMessage().lines().count(), error.getMessage());
                    }));
  }

  /** A bound that says nothing would let everything pass. */
  @Test
  void boundsAreSmallBesideTheValues() {
    for (TrajectoryOracle oracle : List.of(MOMENTUM, ADAM)) {
      oracle
          .expected()
          .forEach(
              (name, value) -> {
                double size = Expectation.rootMeanSquare(value.values());
                assertTrue(oracle.bound(name) < 1e-4 * size, name + " " + oracle.bound(name));
              });
    }
  }
}
