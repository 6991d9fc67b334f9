package dev.cambium.conformance.net;

import static dev.cambium.conformance.net.RoundingOfSums.U;
import static dev.cambium.conformance.net.RoundingOfSums.length;
import static dev.cambium.conformance.net.RoundingOfSums.square;

import dev.cambium.op.AdagradUpdate;
import dev.cambium.op.AdamUpdate;
import dev.cambium.op.ParameterUpdate;
import dev.cambium.op.RmsPropUpdate;
import dev.cambium.op.SgdUpdate;
import dev.cambium.op.UpdateOptions;
import dev.cambium.tensor.DoubleArray;
import java.util.ArrayList;
import java.util.List;

/**
 * The rounding of an optimiser's update: a rounding for each operation of its formula, the error of
 * a slot being passed on to the parameter.
 */
final class RoundingOfUpdates {
  private RoundingOfUpdates() {}

  /** The deviations of one element's outputs. */
  @FunctionalInterface
  private interface Element {
    /**
     * Writes the deviations of the next parameter (first) and the next slots.
     *
     * @param old the slots before the update
     * @param next the parameter, then the slots, after it
     * @param moved how far the parameter moves
     * @param gradient g'
     * @param gradientError the deviation of g'
     * @param to receives the deviations, of the parameter first
     */
    void derive(
        double[] old,
        double[] next,
        double moved,
        double gradient,
        double gradientError,
        double[] to);
  }

  static Rounding sgd(SgdUpdate op, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    double rate = inputs.get(0).scalar();
    return deviations(
        op,
        inputs,
        outputs,
        (old, next, moved, gradient, gradientError, to) -> {
          double direction = gradientError;
          if (old.length > 0) {
            double decayed = op.momentum() * old[0];
            to[1] = length(U * length(2 * decayed, next[1]), gradientError);
            direction += (op.nesterov() ? 1 + op.momentum() : 1) * to[1];
          }
          to[0] = length(U * length(next[0], 2 * moved), rate * direction);
        });
  }

  static Rounding adam(AdamUpdate op, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    double rate = inputs.get(0).scalar();
    double correction1 = inputs.get(2).scalar();
    double correction2 = inputs.get(3).scalar();
    Rounding free =
        deviations(
            op,
            inputs,
            outputs,
            (old, next, moved, gradient, gradientError, to) -> {
              double mean = op.beta1() * old[0];
              double fresh = (1 - op.beta1()) * gradient;
              to[1] =
                  length(
                      U * Math.sqrt(2 * square(mean) + 2 * square(fresh) + square(next[1])),
                      (1 - op.beta1()) * gradientError);
              double square = (1 - op.beta2()) * gradient * gradient;
              to[2] =
                  length(
                      U * length(2 * op.beta2() * old[1], length(3 * square, next[2])),
                      2 * (1 - op.beta2()) * gradient * gradientError);
              double length = Math.sqrt(next[2] / correction2) + op.epsilon();
              // The root and four quotients and products; half of the relative error of the
              // squares.
              double relative = next[2] == 0 ? 5 * U : length(5 * U, to[2] / next[2] / 2);
              to[0] =
                  length(
                      length(U * next[0], relative * moved), rate / correction1 / length * to[1]);
            });
    return (in, out, noise) -> {
      free.compute(in, out, noise);
      for (int i = 0; i < op.parameters(); i++) {
        atLeastZero(out.get(op.slotOutput(1, i)).values());
      }
    };
  }

  static Rounding adagrad(AdagradUpdate op, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    return deviations(
        op,
        inputs,
        outputs,
        (old, next, moved, gradient, gradientError, to) -> {
          to[1] =
              length(U * length(2 * gradient * gradient, next[1]), 2 * gradient * gradientError);
          to[0] = length(U * next[0], step(next[1], to[1], gradient, gradientError) * moved);
        });
  }

  static Rounding rmsProp(RmsPropUpdate op, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    double rate = inputs.get(0).scalar();
    return deviations(
        op,
        inputs,
        outputs,
        (old, next, moved, gradient, gradientError, to) -> {
          double square = (1 - op.alpha()) * gradient * gradient;
          to[1] =
              length(
                  U * length(2 * op.alpha() * old[0], length(3 * square, next[1])),
                  2 * (1 - op.alpha()) * gradient * gradientError);
          double relative = step(next[1], to[1], gradient, gradientError);
          if (op.momentum() == 0) {
            to[0] = length(U * next[0], relative * moved);
            return;
          }
          double kept = op.momentum() * old[1];
          to[2] = length(U * length(2 * kept, next[2]), relative * (next[2] - kept));
          to[0] = length(U * length(next[0], 2 * moved), rate * to[2]);
        });
  }

  /** The relative error of rate g / (sqrt(s) + epsilon): its own roundings, and half that of s. */
  private static double step(double s, double error, double gradient, double gradientError) {
    double quotient = gradient == 0 ? 5 * U : length(5 * U, gradientError / gradient);
    return s == 0 ? quotient : length(quotient, error / s / 2);
  }

  /** No rounding makes a sum of squares negative. */
  private static void atLeastZero(double[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.max(0, values[i]);
    }
  }

  private static Rounding deviations(
      ParameterUpdate op, List<DoubleArray> inputs, List<DoubleArray> outputs, Element element) {
    List<double[]> deviations = new ArrayList<>();
    outputs.forEach(output -> deviations.add(new double[output.values().length]));
    for (int i = 0; i < op.parameters(); i++) {
      derive(op, i, inputs, outputs, element, deviations);
    }
    return Rounding.independent(op, deviations);
  }

  private static void derive(
      ParameterUpdate op,
      int i,
      List<DoubleArray> inputs,
      List<DoubleArray> outputs,
      Element element,
      List<double[]> deviations) {
    UpdateOptions options = op.options().get(i);
    double[] p = inputs.get(op.parameterInput(i)).values();
    double[] g = inputs.get(op.gradientInput(i)).values();
    int slots = op.slots().size();
    double[] old = new double[slots];
    double[] next = new double[1 + slots];
    double[] to = new double[1 + slots];
    for (int e = 0; e < p.length; e++) {
      next[0] = outputs.get(i).values()[e];
      for (int s = 0; s < slots; s++) {
        old[s] = inputs.get(op.slotInput(s, i)).values()[e];
        next[1 + s] = outputs.get(op.slotOutput(s, i)).values()[e];
      }
      double scaled = inputs.get(1).scalar() * g[e];
      double decay = options.decoupled() ? 0 : options.weightDecay() * p[e];
      double error = U * length(2 * decay, length(scaled, scaled + decay));
      element.derive(old, next, next[0] - p[e], scaled + decay, error, to);
      deviations.get(i)[e] = to[0];
      for (int s = 0; s < slots; s++) {
        deviations.get(op.slotOutput(s, i))[e] = to[1 + s];
      }
    }
  }
}
