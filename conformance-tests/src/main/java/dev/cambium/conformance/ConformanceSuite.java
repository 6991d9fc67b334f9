package dev.cambium.conformance;

import dev.cambium.conformance.ConformanceCase.Check;
import dev.cambium.nn.Layer;
import dev.cambium.nn.zoo.Zoo;
import dev.cambium.optim.Adam;
import dev.cambium.optim.Optimizer;
import dev.cambium.optim.Sgd;
import dev.cambium.optim.UpdateRule;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * The cases of the suite. What an oracle says of a case is derived once and kept, as it depends on
 * nothing but the case.
 */
public final class ConformanceSuite {
  private static final String TRAINING_MODE = "networks in training mode agree with the reference";
  private static final String EVALUATION_MODE =
      "networks in evaluation mode agree with the reference";
  private static final String TRAINING = "20 training steps stay close to the reference";
  private static final String BITS = "equal to the bit";
  private static final String MEMORY = "memory and life";
  private static final int STEPS = 20;

  private static final List<NetAgreement> NETS =
      List.of(
          agreement(Zoo.SOFTMAX, Shape.of(1, 28, 28), 5),
          agreement(Zoo.MLP, Shape.of(1, 28, 28), 5),
          agreement(Zoo.LENET, Shape.of(1, 28, 28), 5),
          agreement(Zoo.CONVNET, Shape.of(3, 14, 18), 5),
          agreement(Zoo.RESNET20, Shape.of(3, 8, 10), 4));

  private static final List<TrajectoryAgreement> TRAJECTORIES =
      List.of(
          trajectory("mlp with momentum", mlp(), Sgd.of().momentum(0.9), 0.02),
          trajectory(
              "mlp with Nesterov's momentum and weight decay",
              mlp(),
              Sgd.of().momentum(0.9).nesterov(true).weightDecay(1e-3),
              0.02),
          trajectory("mlp with Adam", mlp(), Adam.of(), 1e-3),
          trajectory("convnet with momentum", convnet(), Sgd.of().momentum(0.9), 0.005),
          trajectory("convnet with Adam", convnet(), Adam.of(), 1e-3));

  private ConformanceSuite() {}

  /** Every case, those of one group together. */
  public static List<ConformanceCase> cases() {
    List<ConformanceCase> cases = new ArrayList<>();
    NETS.forEach(net -> add(cases, TRAINING_MODE, net.name(), net::checkTraining));
    NETS.forEach(net -> add(cases, EVALUATION_MODE, net.name(), net::checkInference));
    TRAJECTORIES.forEach(t -> add(cases, TRAINING, t.name(), t::check));
    add(cases, BITS, "first values of all parameters", Bits::checkFirstValues);
    add(cases, BITS, "dropout masks", Bits::checkDropoutMasks);
    add(cases, BITS, "a training run twice", Bits::checkRerun);
    add(cases, BITS, "two backends side by side", Bits::checkSideBySide);
    add(cases, BITS, "outputs and scratch that held NaN before", Bits::checkPoisoned);
    add(cases, MEMORY, "closing everything frees everything", MemoryLife::checkBaseline);
    add(cases, MEMORY, "further steps allocate nothing", MemoryLife::checkSteadySteps);
    add(cases, MEMORY, "closed memory cannot be used", MemoryLife::checkClosedMemory);
    add(cases, MEMORY, "freed working memory cannot be used", MemoryLife::checkFreedWorkingMemory);
    add(cases, MEMORY, "a closed backend cannot be used", MemoryLife::checkClosedBackend);
    add(cases, MEMORY, "too much memory is refused, and nothing is lost", MemoryLife::checkRefusal);
    return cases;
  }

  private static void add(List<ConformanceCase> cases, String group, String name, Check check) {
    cases.add(new ConformanceCase(group, name, check));
  }

  private static NetAgreement agreement(Zoo net, Shape sample, int batch) {
    return new NetAgreement(new NetCase(net.id(), net.create(NetCase.CLASSES), sample, batch));
  }

  private static TrajectoryAgreement trajectory(
      String name, NetCase net, Optimizer optimizer, double learningRate) {
    NetCase named = new NetCase(name, net.layer(), net.sample(), net.batch());
    return new TrajectoryAgreement(
        new Trajectory(named, UpdateRule.of(optimizer, learningRate), STEPS));
  }

  private static NetCase mlp() {
    return small(Zoo.mlp(NetCase.CLASSES), Shape.of(1, 10, 10));
  }

  private static NetCase convnet() {
    return small(Zoo.convnet(NetCase.CLASSES), Shape.of(3, 5, 6));
  }

  private static NetCase small(Layer layer, Shape sample) {
    return new NetCase("", layer, sample, 3);
  }
}
