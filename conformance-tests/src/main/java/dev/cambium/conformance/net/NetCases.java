package dev.cambium.conformance.net;

import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.conformance.check.ConformanceCase.Check;
import dev.cambium.nn.Layer;
import dev.cambium.nn.StateSpec;
import dev.cambium.nn.zoo.Zoo;
import dev.cambium.optim.Adagrad;
import dev.cambium.optim.Adam;
import dev.cambium.optim.AdamW;
import dev.cambium.optim.Optimizer;
import dev.cambium.optim.ParameterGroup;
import dev.cambium.optim.RmsProp;
import dev.cambium.optim.Sgd;
import dev.cambium.optim.UpdateRule;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Whole networks, and what must come out with the same bits. What an oracle says of a case is
 * derived once and kept, as it depends on nothing but the case.
 */
public final class NetCases {
  private static final int STEPS = 20;

  private static final List<NetAgreement> LAYERS = LayerCases.all();

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
              "mlp with Nesterov momentum and weight decay",
              mlp(),
              Sgd.of().momentum(0.9).nesterov(true).weightDecay(1e-3),
              0.02),
          trajectory(
              "mlp with momentum and limited weights",
              mlp(),
              UpdateRule.of(Sgd.of().momentum(0.9), 0.02)
                  .group(ParameterGroup.of(StateSpec::isWeight).maxNorm(1.3))),
          trajectory("mlp with Adam", mlp(), Adam.of(), 1e-3),
          trajectory("mlp with AdamW", mlp(), AdamW.of().weightDecay(0.1), 1e-3),
          trajectory("mlp with Adagrad", mlp(), Adagrad.of(), 0.01),
          trajectory("mlp with RMSProp", mlp(), RmsProp.of(), 1e-3),
          trajectory("mlp with RMSProp and momentum", mlp(), RmsProp.of().momentum(0.9), 1e-4),
          trajectory("convnet with momentum", convnet(), Sgd.of().momentum(0.9), 0.005),
          trajectory("convnet with Adam", convnet(), Adam.of(), 1e-3));

  private NetCases() {}

  /** Layers and networks: forward, gradients and 20 steps of training close to the reference. */
  public static List<ConformanceCase> agreement() {
    List<ConformanceCase> cases = new ArrayList<>();
    LAYERS.forEach(l -> add(cases, "Layers/training mode/" + l.name(), l::checkTraining));
    LAYERS.forEach(l -> add(cases, "Layers/evaluation mode/" + l.name(), l::checkInference));
    NETS.forEach(net -> add(cases, "Networks/training mode/" + net.name(), net::checkTraining));
    NETS.forEach(net -> add(cases, "Networks/evaluation mode/" + net.name(), net::checkInference));
    TRAJECTORIES.forEach(t -> add(cases, "Networks/20 training steps/" + t.name(), t::check));
    return cases;
  }

  /** The gradients of whole networks by central differences, on {@code reference}. */
  public static List<ConformanceCase> gradients() {
    List<ConformanceCase> cases = new ArrayList<>();
    for (NetGradients net :
        List.of(
            gradients(Zoo.SOFTMAX, Shape.of(1, 4, 4), 20),
            gradients(Zoo.MLP, Shape.of(1, 4, 4), 10),
            gradients(Zoo.LENET, Shape.of(1, 12, 12), 8),
            gradients(Zoo.CONVNET, Shape.of(3, 4, 4), 4),
            gradients(Zoo.RESNET20, Shape.of(3, 4, 4), 1))) {
      add(cases, "Gradients/networks/" + net.name(), net::check);
    }
    return cases;
  }

  private static NetGradients gradients(Zoo net, Shape sample, int entries) {
    Layer layer = net.create(NetCase.CLASSES);
    return new NetGradients(new NetCase(net.id(), layer, sample, 3), entries);
  }

  /** Who owns memory, what it holds, and when it is refused: what all else stands on. */
  public static List<ConformanceCase> memory() {
    List<ConformanceCase> cases = new ArrayList<>();
    Transfers.cases(cases);
    PackedUploads.cases(cases);
    add(cases, "Memory/closing everything frees everything", MemoryLife::checkBaseline);
    add(cases, "Memory/further steps allocate nothing", MemoryLife::checkSteadySteps);
    add(cases, "Memory/closed memory cannot be used", MemoryLife::checkClosedMemory);
    add(cases, "Memory/freed working memory cannot be used", MemoryLife::checkFreedWorkingMemory);
    add(cases, "Memory/a closed backend cannot be used", MemoryLife::checkClosedBackend);
    add(cases, "Memory/too much is refused and nothing is lost", MemoryLife::checkRefusal);
    add(cases, "Memory/training with every cap below what it takes", Stress::checkCaps);
    return cases;
  }

  /** What must be equal to the bit, whoever else is at work. */
  public static List<ConformanceCase> bits() {
    List<ConformanceCase> cases = new ArrayList<>();
    add(cases, "Bits/first values of all parameters", Bits::checkFirstValues);
    add(cases, "Bits/dropout masks", Bits::checkDropoutMasks);
    add(cases, "Bits/a training run twice", Bits::checkRerun);
    add(cases, "Bits/two backends side by side", Bits::checkSideBySide);
    add(cases, "Bits/outputs and scratch that held NaN before", Bits::checkPoisoned);
    add(cases, "Bits/fifty runs of a plan", Stress::checkManyRuns);
    add(cases, "Bits/two models in turn", Stress::checkTurns);
    add(cases, "Threads/four train on one backend", Stress::checkThreads);
    add(cases, "Threads/transfers at the same time", Stress::checkTransfers);
    return cases;
  }

  private static void add(List<ConformanceCase> cases, String id, Check check) {
    cases.add(new ConformanceCase(id, "", check));
  }

  private static NetAgreement agreement(Zoo net, Shape sample, int batch) {
    return new NetAgreement(new NetCase(net.id(), net.create(NetCase.CLASSES), sample, batch));
  }

  private static TrajectoryAgreement trajectory(
      String name, NetCase net, Optimizer optimizer, double learningRate) {
    return trajectory(name, net, UpdateRule.of(optimizer, learningRate));
  }

  private static TrajectoryAgreement trajectory(String name, NetCase net, UpdateRule rule) {
    NetCase named = new NetCase(name, net.layer(), net.sample(), net.batch());
    return new TrajectoryAgreement(new Trajectory(named, rule, STEPS));
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
