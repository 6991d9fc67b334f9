package dev.cambium.nd4j;

import dev.cambium.op.AdagradUpdate;
import dev.cambium.op.AdamUpdate;
import dev.cambium.op.ParameterUpdate;
import dev.cambium.op.RmsPropUpdate;
import dev.cambium.op.SgdUpdate;
import dev.cambium.op.UpdateOptions;
import dev.cambium.spi.Prepared;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.floating.Sqrt;
import org.nd4j.linalg.api.ops.impl.transforms.same.Square;

/**
 * Every {@link ParameterUpdate}, put together from ND4J's arithmetic: its own updaters change the
 * gradient alone, take their numbers as fixed arguments, and Adam's adds epsilon elsewhere.
 */
final class Nd4jUpdate {
  /** What an optimiser does with the parameters one by one. */
  @FunctionalInterface
  private interface Rule {
    /**
     * Computes the next slots, and what the parameter moves against at rate 1.
     *
     * @param arithmetic the operations
     * @param g g' of {@link UpdateOptions}; may be overwritten
     * @param free working memory of g's size
     * @param scalars lr, gradientScale and what else the optimiser has
     * @param slots the old slots, then the next ones
     * @return g or {@code free}, or a next slot
     */
    INDArray direction(
        Arithmetic arithmetic, INDArray g, INDArray free, INDArray[] scalars, INDArray[] slots);
  }

  private final ParameterUpdate op;
  private final Signature signature;
  private final Rule rule;
  private final Arithmetic arithmetic = new Arithmetic();
  private final long largest;

  private Nd4jUpdate(ParameterUpdate op, Signature signature, Rule rule) {
    this.op = op;
    this.signature = signature;
    this.rule = rule;
    this.largest = largest(op, signature);
  }

  private static long largest(ParameterUpdate op, Signature signature) {
    long largest = 1;
    for (int i = 0; i < op.parameters(); i++) {
      largest = Math.max(largest, signature.output(i).shape().size());
    }
    return largest;
  }

  static Prepared sgd(SgdUpdate op, Signature signature) {
    double momentum = op.momentum();
    return kernel(
        op,
        signature,
        (arithmetic, g, free, scalars, slots) -> {
          if (momentum == 0) {
            return g;
          }
          arithmetic.multiply(slots[0], momentum, slots[1]);
          arithmetic.add(slots[1], g, slots[1]);
          if (!op.nesterov()) {
            return slots[1];
          }
          arithmetic.multiply(slots[1], momentum, free);
          arithmetic.add(g, free, g);
          return g;
        });
  }

  static Prepared adagrad(AdagradUpdate op, Signature signature) {
    return kernel(
        op,
        signature,
        (arithmetic, g, free, scalars, slots) -> {
          Arithmetic.run(new Square(g, free));
          arithmetic.add(slots[0], free, slots[1]);
          return overRoot(arithmetic, g, slots[1], op.epsilon(), free);
        });
  }

  static Prepared rmsProp(RmsPropUpdate op, Signature signature) {
    boolean momentum = op.momentum() > 0;
    return kernel(
        op,
        signature,
        (arithmetic, g, free, scalars, slots) -> {
          INDArray squares = slots[momentum ? 2 : 1];
          Arithmetic.run(new Square(g, free));
          decay(arithmetic, slots[0], op.alpha(), free, squares);
          INDArray step = overRoot(arithmetic, g, squares, op.epsilon(), free);
          if (!momentum) {
            return step;
          }
          arithmetic.multiply(slots[1], op.momentum(), slots[3]);
          arithmetic.add(slots[3], step, slots[3]);
          return slots[3];
        });
  }

  static Prepared adam(AdamUpdate op, Signature signature) {
    return kernel(
        op,
        signature,
        (arithmetic, g, free, scalars, slots) -> {
          Arithmetic.run(new Square(g, free));
          decay(arithmetic, slots[1], op.beta2(), free, slots[3]);
          decay(arithmetic, slots[0], op.beta1(), g, slots[2]);
          arithmetic.divide(slots[2], scalars[2], g);
          arithmetic.divide(slots[3], scalars[3], free);
          return overRoot(arithmetic, g, free, op.epsilon(), free);
        });
  }

  /** next = decay old + (1 - decay) value, where {@code value} is overwritten. */
  private static void decay(
      Arithmetic arithmetic, INDArray old, double decay, INDArray value, INDArray next) {
    arithmetic.multiply(value, 1 - decay, value);
    arithmetic.multiply(old, decay, next);
    arithmetic.add(next, value, next);
  }

  /** g = g / (sqrt(squares) + epsilon); {@code free} may be the squares. */
  private static INDArray overRoot(
      Arithmetic arithmetic, INDArray g, INDArray squares, double epsilon, INDArray free) {
    Arithmetic.run(new Sqrt(squares, free));
    arithmetic.add(free, epsilon, free);
    arithmetic.divide(g, free, g);
    return g;
  }

  private static Prepared kernel(ParameterUpdate op, Signature signature, Rule rule) {
    Nd4jUpdate update = new Nd4jUpdate(op, signature, rule);
    return signature.kernel(signature.bytes(2 * update.largest + 2), update::run);
  }

  private void run(Nd4jBuffer[] in, Nd4jBuffer[] out, Nd4jBuffer scratch) {
    INDArray[] scalars = new INDArray[op.scalars().size()];
    for (int i = 0; i < scalars.length; i++) {
      scalars[i] = in[i].array();
    }
    for (int i = 0; i < op.parameters(); i++) {
      if (signature.output(i).shape().size() > 0) {
        update(i, scalars, in, out, scratch);
      }
    }
  }

  private void update(
      int i, INDArray[] scalars, Nd4jBuffer[] in, Nd4jBuffer[] out, Nd4jBuffer scratch) {
    UpdateOptions options = op.options().get(i);
    long n = signature.output(i).shape().size();
    INDArray g = scratch.scratch(signature.dtype(), 0, n);
    INDArray free = scratch.scratch(signature.dtype(), signature.bytes(largest), n);
    INDArray rate = scratch.scratch(signature.dtype(), signature.bytes(2 * largest));
    INDArray p = in[op.parameterInput(i)].flat();
    INDArray next = out[i].flat();
    arithmetic.multiply(in[op.gradientInput(i)].flat(), scalars[1], g);
    if (!options.decoupled() && options.weightDecay() > 0) {
      arithmetic.multiply(p, options.weightDecay(), free);
      arithmetic.add(g, free, g);
    }
    arithmetic.multiply(scalars[0], options.learningRateFactor(), rate);
    INDArray direction = rule.direction(arithmetic, g, free, scalars, slots(i, in, out));
    arithmetic.multiply(direction, rate, free);
    if (options.decoupled() && options.weightDecay() > 0) {
      INDArray kept = scratch.scratch(signature.dtype(), signature.bytes(2 * largest + 1));
      arithmetic.multiply(rate, options.weightDecay(), kept);
      arithmetic.subtractFrom(1, kept, kept);
      arithmetic.multiply(p, kept, next);
      arithmetic.subtract(next, free, next);
    } else {
      arithmetic.subtract(p, free, next);
    }
  }

  /** The slots of parameter {@code i} as they were, then as they will be. */
  private INDArray[] slots(int i, Nd4jBuffer[] in, Nd4jBuffer[] out) {
    int count = op.slots().size();
    INDArray[] slots = new INDArray[2 * count];
    for (int s = 0; s < count; s++) {
      slots[s] = in[op.slotInput(s, i)].flat();
      slots[count + s] = out[op.slotOutput(s, i)].flat();
    }
    return slots;
  }
}
