package dev.cambium.conformance.op;

import dev.cambium.conformance.check.Expectation;
import dev.cambium.op.AdagradUpdate;
import dev.cambium.op.AdamUpdate;
import dev.cambium.op.ParameterUpdate;
import dev.cambium.op.RmsPropUpdate;
import dev.cambium.op.SgdUpdate;
import dev.cambium.op.UpdateOptions;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Sequence;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Optimisers' updates in place, five steps as a sequence beside the same steps launch by launch: a
 * step goes on from what the one before left, and its learning rate and gradients are new.
 */
final class SequenceUpdates {
  private static final int STEPS = 5;
  private static final List<Shape> SHAPES =
      List.of(Shape.of(17), Shape.of(3, 5), Shape.of(2, 3, 3, 2));

  private static final List<UpdateOptions> OPTIONS =
      List.of(
          UpdateOptions.PLAIN,
          new UpdateOptions(1, 1e-2, true),
          new UpdateOptions(0.5, 1e-2, false));

  private static final List<ParameterUpdate> RULES =
      List.of(
          new SgdUpdate(0.9, true, OPTIONS),
          new AdamUpdate(0.9, 0.999, 1e-8, OPTIONS),
          new RmsPropUpdate(0.9, 1e-2, 0.9, OPTIONS),
          new AdagradUpdate(1e-10, OPTIONS));

  private final List<TensorType> types = new ArrayList<>();
  private final List<LaunchChain.Link> links = new ArrayList<>();
  private final List<Integer> scalars = new ArrayList<>();
  private final List<Integer> gradients = new ArrayList<>();
  private final Set<Integer> states = new LinkedHashSet<>();
  private final SplittableRandom random = new SplittableRandom(6);

  private SequenceUpdates() {
    for (ParameterUpdate rule : RULES) {
      List<Integer> inputs = new ArrayList<>();
      rule.scalars().forEach(scalar -> inputs.add(value(Shape.scalar())));
      scalars.addAll(inputs);
      for (int group = 0; group < 2 + rule.slots().size(); group++) {
        SHAPES.forEach(shape -> inputs.add(value(shape)));
      }
      List<Integer> outputs = new ArrayList<>();
      outputs.addAll(inputs.subList(rule.parameterInput(0), rule.gradientInput(0)));
      outputs.addAll(inputs.subList(rule.gradientInput(0) + SHAPES.size(), inputs.size()));
      gradients.addAll(
          inputs.subList(rule.gradientInput(0), rule.gradientInput(0) + SHAPES.size()));
      states.addAll(outputs);
      links.add(new LaunchChain.Link(rule, inputs, outputs));
    }
  }

  private int value(Shape shape) {
    types.add(new TensorType(DType.FLOAT32, shape));
    return types.size() - 1;
  }

  /** Runs both. */
  static void check(Backend backend) {
    new SequenceUpdates().run(backend);
  }

  private void run(Backend backend) {
    try (LaunchChain chain = new LaunchChain(backend, types, links);
        LaunchChain.Place place = chain.new Place();
        LaunchChain.Place beside = chain.new Place();
        Sequence sequence = place.sequence()) {
      List<LaunchChain.Place> both = List.of(place, beside);
      states.forEach(state -> upload(both, state, Draw.uniform(0.01, 2)));
      for (int step = 1; step <= STEPS; step++) {
        gradients.forEach(gradient -> upload(both, gradient, Draw.normal()));
        scalars.forEach(scalar -> upload(both, scalar, Draw.uniform(0.1, 0.9)));
        sequence.run();
        beside.launch();
        for (LaunchChain.Link link : chain.links()) {
          for (int state : link.outputs()) {
            String name = "value " + state + " of " + link.op().name();
            HostArray expected = beside.download(state);
            Expectation.requireSameBits(
                "step " + step + " as a sequence", name, expected, place.download(state));
          }
        }
      }
    }
  }

  private void upload(List<LaunchChain.Place> places, int value, Draw draw) {
    HostArray numbers = HostArray.of(types.get(value), draw.values(types.get(value), random));
    places.forEach(place -> place.upload(value, numbers));
  }
}
