package dev.cambium.conformance.op;

import dev.cambium.op.AdagradUpdate;
import dev.cambium.op.AdamUpdate;
import dev.cambium.op.ParameterUpdate;
import dev.cambium.op.RmsPropUpdate;
import dev.cambium.op.SgdUpdate;
import dev.cambium.op.UpdateOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The bounds of optimisers' updates: the formula of each, element by element, with a running error
 * ({@link Inexact}). Settings, and what is computed of settings alone, such as 1 - beta, are
 * rounded once. These bounds are so tight that a sum of two terms comes close to them, and the
 * oracle, which computes in FLOAT64 as well, rounds each term: there it may be as far from the
 * exact value on the other side.
 */
final class UpdateBound {
  /** The relative error of a rounding of the oracle itself. */
  private static final double IN_DOUBLE = 0x1p-53;

  private final Evaluated evaluated;
  private final ParameterUpdate op;
  private final Inexact zero;

  private UpdateBound(Evaluated evaluated) {
    this.evaluated = evaluated;
    this.op = (ParameterUpdate) evaluated.op();
    this.zero = Inexact.exact(0, evaluated.u(), evaluated.tiny());
  }

  /** The bounds of parameters and slots. */
  static Tolerance bound() {
    return evaluated -> new UpdateBound(evaluated).bounds();
  }

  private List<double[]> bounds() {
    List<double[]> bounds = new ArrayList<>();
    evaluated.outputs().forEach(output -> bounds.add(new double[output.values().length]));
    for (int i = 0; i < op.parameters(); i++) {
      for (int e = 0; e < bounds.get(i).length; e++) {
        element(i, e, bounds);
      }
    }
    return evaluated.u() == IN_DOUBLE ? bounds.stream().map(UpdateBound::twice).toList() : bounds;
  }

  private static double[] twice(double[] bound) {
    return Arrays.stream(bound).map(x -> 2 * x).toArray();
  }

  private Inexact input(int index, int element) {
    double value = evaluated.inputs().get(index).values()[element];
    return Inexact.exact(value, evaluated.u(), evaluated.tiny());
  }

  private void element(int i, int e, List<double[]> bounds) {
    UpdateOptions options = op.options().get(i);
    Inexact p = input(op.parameterInput(i), e);
    Inexact rate = input(0, 0).times(zero.setting(options.learningRateFactor()));
    Inexact gradient = input(1, 0).times(input(op.gradientInput(i), e));
    Inexact decay = zero.setting(options.weightDecay());
    Inexact kept = p;
    if (options.decoupled()) {
      Inexact one = Inexact.exact(1, evaluated.u(), evaluated.tiny());
      kept = one.minus(rate.times(decay)).times(p);
    } else {
      gradient = gradient.plus(decay.times(p));
    }
    Inexact[] slots = new Inexact[op.slots().size()];
    for (int s = 0; s < slots.length; s++) {
      slots[s] = input(op.slotInput(s, i), e);
    }
    Inexact direction = direction(gradient, slots);
    bounds.get(i)[e] = kept.minus(rate.times(direction)).error();
    for (int s = 0; s < slots.length; s++) {
      bounds.get(op.slotOutput(s, i))[e] = slots[s].error();
    }
  }

  private Inexact direction(Inexact g, Inexact[] slots) {
    if (op instanceof SgdUpdate sgd) {
      return sgd(sgd, g, slots);
    }
    if (op instanceof AdamUpdate adam) {
      return adam(adam, g, slots);
    }
    if (op instanceof AdagradUpdate adagrad) {
      slots[0] = slots[0].plus(g.times(g));
      return g.over(slots[0].squareRoot().plus(zero.setting(adagrad.epsilon())));
    }
    return rmsProp((RmsPropUpdate) op, g, slots);
  }

  private Inexact sgd(SgdUpdate sgd, Inexact g, Inexact[] slots) {
    if (slots.length == 0) {
      return g;
    }
    Inexact momentum = zero.setting(sgd.momentum());
    slots[0] = momentum.times(slots[0]).plus(g);
    return sgd.nesterov() ? g.plus(momentum.times(slots[0])) : slots[0];
  }

  private Inexact adam(AdamUpdate adam, Inexact g, Inexact[] slots) {
    slots[0] = decayed(adam.beta1(), slots[0], g);
    slots[1] = decayed(adam.beta2(), slots[1], g.times(g));
    Inexact root = slots[1].over(input(3, 0)).squareRoot();
    return slots[0].over(input(2, 0)).over(root.plus(zero.setting(adam.epsilon())));
  }

  private Inexact rmsProp(RmsPropUpdate rms, Inexact g, Inexact[] slots) {
    slots[0] = decayed(rms.alpha(), slots[0], g.times(g));
    Inexact step = g.over(slots[0].squareRoot().plus(zero.setting(rms.epsilon())));
    if (slots.length == 1) {
      return step;
    }
    slots[1] = zero.setting(rms.momentum()).times(slots[1]).plus(step);
    return slots[1];
  }

  /** beta * old + (1 - beta) * fresh. */
  private Inexact decayed(double beta, Inexact old, Inexact fresh) {
    return zero.setting(beta).times(old).plus(zero.setting(1 - beta).times(fresh));
  }
}
