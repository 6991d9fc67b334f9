package dev.cambium.nn;

import dev.cambium.op.Reshape;
import dev.cambium.op.Value;
import dev.cambium.tensor.Shape;
import java.util.Arrays;
import java.util.Objects;

/**
 * A layer that is left out at random: y[n] = m[n] body(x)[n] with m[n] = 0 with probability p, else
 * 1 / (1 - p), drawn for each sample of the batch. In evaluation y = body(x). Inside a {@link
 * Residual} a sample whose body is left out takes the shortcut alone, so that training sees
 * networks of many depths: {@link Residual#stochasticDepth}.
 *
 * <p>Shapes: y like what the body gives. The states of the body are named as if it stood here. The
 * body is computed for all samples, those that are left out included: nothing is saved but the
 * network's habit of relying on it. torchvision's {@code StochasticDepth} in mode {@code row}; the
 * paper leaves out a block for a whole batch, and multiplies by 1 - p in evaluation instead.
 *
 * <p>Source: G. Huang et al., "Deep Networks with Stochastic Depth", 2016.
 *
 * @param body what is left out; not a StochasticDepth itself, which would draw the same mask
 * @param p the probability of being left out, of [0, 1)
 */
public record StochasticDepth(Layer body, double p) implements Layer {
  /** Checks the body and the probability. */
  public StochasticDepth {
    Objects.requireNonNull(body, "body");
    if (body instanceof StochasticDepth) {
      throw new IllegalArgumentException(
          "body of StochasticDepth must not be one itself, as both would draw the same mask, got "
              + body
              + "; give one probability");
    }
    Masks.checkProbability("StochasticDepth", p);
  }

  /** Leaves {@code body} out with probability p. */
  public static StochasticDepth of(double p, Layer body) {
    return new StochasticDepth(body, p);
  }

  /**
   * The paper's rule for a stack of blocks: the l-th of L is left out with probability p l / L, as
   * what early blocks find is used by all later ones.
   *
   * @param block l, from 1
   * @param blocks L
   * @param p the probability of the last block, of [0, 1); 0.5 in the paper
   */
  public static double linearDecay(int block, int blocks, double p) {
    Masks.checkProbability("StochasticDepth.linearDecay", p);
    if (block < 1 || block > blocks) {
      throw new IllegalArgumentException(
          "block of StochasticDepth.linearDecay must be of 1 to the number of blocks, "
              + blocks
              + ", got "
              + block);
    }
    return p * block / blocks;
  }

  @Override
  public Value describe(LayerContext context, Value input) {
    Value y = context.describe(body, input);
    if (!context.sampling() || p == 0) {
      return y;
    }
    Shape samples = Shape.of(y.shape().dim(0));
    Value mask = Masks.draw(context, p, "depth", y.tensorType().withShape(samples));
    int[] stretching = new int[y.shape().rank()];
    Arrays.fill(stretching, 1);
    stretching[0] = y.shape().dim(0);
    return Masks.times(context, y, context.emit(new Reshape(Shape.of(stretching)), mask));
  }
}
