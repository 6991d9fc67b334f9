package dev.cambium.op;

import dev.cambium.tensor.DoubleArray;
import java.util.List;

/** Every {@link ParameterUpdate} in plain loops. */
final class HostUpdate implements HostFunction {
  /** What an optimiser does with one element. */
  @FunctionalInterface
  interface Rule {
    /**
     * What the parameter moves against at rate 1.
     *
     * @param g g', the gradient scaled and, where coupled, with the weight decay
     * @param slots the element of each slot, to be replaced by its next value
     * @param scalars lr, gradientScale and what else the optimiser has
     */
    double direction(double g, double[] slots, double[] scalars);
  }

  private final ParameterUpdate op;
  private final Rule rule;

  HostUpdate(ParameterUpdate op, Rule rule) {
    this.op = op;
    this.rule = rule;
  }

  @Override
  public void apply(List<DoubleArray> inputs, List<DoubleArray> outputs) {
    double[] scalars =
        inputs.subList(0, op.scalars().size()).stream().mapToDouble(DoubleArray::scalar).toArray();
    for (int i = 0; i < op.parameters(); i++) {
      update(i, scalars, inputs, outputs);
    }
  }

  private void update(
      int i, double[] scalars, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    UpdateOptions options = op.options().get(i);
    double rate = scalars[0] * options.learningRateFactor();
    double kept = options.decoupled() ? 1 - rate * options.weightDecay() : 1;
    double decay = options.decoupled() ? 0 : options.weightDecay();
    double[] p = inputs.get(op.parameterInput(i)).values();
    double[] g = inputs.get(op.gradientInput(i)).values();
    double[] next = outputs.get(i).values();
    double[] slots = new double[op.slots().size()];
    for (int e = 0; e < p.length; e++) {
      for (int s = 0; s < slots.length; s++) {
        slots[s] = inputs.get(op.slotInput(s, i)).values()[e];
      }
      double gradient = scalars[1] * g[e] + decay * p[e];
      next[e] = kept * p[e] - rate * rule.direction(gradient, slots, scalars);
      for (int s = 0; s < slots.length; s++) {
        outputs.get(op.slotOutput(s, i)).values()[e] = slots[s];
      }
    }
  }
}
