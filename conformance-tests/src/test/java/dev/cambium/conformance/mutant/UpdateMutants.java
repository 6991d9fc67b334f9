package dev.cambium.conformance.mutant;

import static dev.cambium.conformance.mutant.Altered.map;
import static dev.cambium.conformance.mutant.Altered.right;
import static dev.cambium.conformance.mutant.Altered.withInput;

import dev.cambium.conformance.fixture.MutantBackend;
import dev.cambium.op.AdagradUpdate;
import dev.cambium.op.AdamUpdate;
import dev.cambium.op.HostFunction;
import dev.cambium.op.Op;
import dev.cambium.op.ParameterUpdate;
import dev.cambium.op.SgdUpdate;
import dev.cambium.op.SumOfSquares;
import dev.cambium.op.UpdateOptions;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;

/** Mistakes in the updates of optimisers. */
final class UpdateMutants {
  private UpdateMutants() {}

  static List<Mutant> all() {
    return List.of(
        Mutant.of(
            "decoupled weight decay added to the gradient",
            AdamUpdate.class,
            op ->
                right(new AdamUpdate(op.beta1(), op.beta2(), op.epsilon(), coupled(op.options()))),
            "AdamUpdate"),
        Mutant.of(
            "the squares not corrected",
            AdamUpdate.class,
            op -> withInput(op, 3, correction -> map(correction, v -> 1)),
            "AdamUpdate"),
        Mutant.of(
            "epsilon forgotten",
            AdamUpdate.class,
            op -> right(new AdamUpdate(op.beta1(), op.beta2(), 0, op.options())),
            "AdamUpdate"),
        Mutant.of(
            "does not look ahead with Nesterov's momentum",
            SgdUpdate.class,
            op -> right(new SgdUpdate(op.momentum(), false, op.options())),
            "SgdUpdate"),
        Mutant.of(
            "the second of many parameters forgotten",
            SgdUpdate.class,
            UpdateMutants::forgettingTheSecond,
            "SgdUpdate"),
        Mutant.of(
            "the gradient's scale forgotten",
            SgdUpdate.class,
            op -> withInput(op, 1, scale -> map(scale, v -> 1)),
            "SgdUpdate"),
        Mutant.of(
            "a parameter's own learning rate forgotten",
            AdagradUpdate.class,
            op -> right(new AdagradUpdate(op.epsilon(), ofEqualRate(op.options()))),
            "AdagradUpdate"),
        new Mutant(
            "reads the parameter again after it has written it",
            "SgdUpdate, in place",
            Rereading::new,
            Mutant.RIGHT_KERNELS,
            List.of("SgdUpdate")),
        Mutant.of(
            "the last tensor forgotten",
            SumOfSquares.class,
            op -> (in, out) -> right(op).apply(in.subList(0, Math.max(1, in.size() - 1)), out),
            "SumOfSquares"));
  }

  private static List<UpdateOptions> coupled(List<UpdateOptions> options) {
    return options.stream()
        .map(o -> new UpdateOptions(o.learningRateFactor(), o.weightDecay(), false))
        .toList();
  }

  private static List<UpdateOptions> ofEqualRate(List<UpdateOptions> options) {
    return options.stream().map(o -> new UpdateOptions(1, o.weightDecay(), o.decoupled())).toList();
  }

  private static HostFunction forgettingTheSecond(SgdUpdate op) {
    return (in, out) -> {
      if (op.parameters() < 2) {
        right(op).apply(in, out);
        return;
      }
      List<DoubleArray> kept = new ArrayList<>(out);
      kept.set(1, DoubleArray.zeros(out.get(1).shape()));
      right(op).apply(in, kept);
    };
  }

  /** Writes the parameters, and only then computes the velocities, from what it reads again. */
  private static final class Rereading extends MutantBackend {
    Rereading(BackendConfig config) {
      super(NONE, config);
    }

    @Override
    public Prepared prepare(Op op, List<ValueType> inputs) {
      if (!(op instanceof SgdUpdate update)) {
        return super.prepare(op, inputs);
      }
      op.infer(inputs);
      Kernel parameters = kernel(some(update, 0, update.parameters()));
      Kernel velocities = kernel(some(update, update.parameters(), update.infer(inputs).size()));
      return (Kernel)
          (in, out, scratch) -> {
            parameters.run(in, out, scratch);
            velocities.run(in, out, scratch);
          };
    }

    /** The update of some of its outputs. */
    private static HostFunction some(ParameterUpdate op, int from, int to) {
      return (in, out) -> {
        List<DoubleArray> all = out.stream().map(y -> DoubleArray.zeros(y.shape())).toList();
        right(op).apply(in, all);
        for (int i = from; i < to; i++) {
          double[] y = all.get(i).values();
          System.arraycopy(y, 0, out.get(i).values(), 0, y.length);
        }
      };
    }
  }
}
