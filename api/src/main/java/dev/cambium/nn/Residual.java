package dev.cambium.nn;

import dev.cambium.op.Activate;
import dev.cambium.op.Activation;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Value;
import java.util.Objects;
import java.util.Optional;

/**
 * A block with a way around it: y = activation(body(x) + shortcut(x)), where the shortcut is x
 * itself unless a layer is given.
 *
 * <p>Shapes: body and shortcut must give the same shape, which is y's. The states of the body are
 * named as if it stood here ({@code conv1.weight}), those of the shortcut under {@code shortcut}.
 *
 * <p>Source: K. He et al., "Deep Residual Learning for Image Recognition", 2015.
 *
 * @param body the block
 * @param shortcut the way around it, where x does not fit as it is
 * @param activation applied to the sum; {@link Activation#NONE} by default
 */
public record Residual(Layer body, Optional<Layer> shortcut, Activation activation)
    implements Layer {
  /** The scope of the shortcut's states. */
  public static final String SHORTCUT = "shortcut";

  /** Checks that the body leaves the name of the shortcut free. */
  public Residual {
    Objects.requireNonNull(body, "body");
    Objects.requireNonNull(shortcut, "shortcut");
    Objects.requireNonNull(activation, "activation");
    if (within(body) instanceof Sequential sequential
        && sequential.children().stream().anyMatch(child -> child.name().equals(SHORTCUT))) {
      throw new IllegalArgumentException(
          "body of Residual must not name a layer '" + SHORTCUT + "', got " + sequential);
    }
  }

  private static Layer within(Layer body) {
    return body instanceof StochasticDepth random ? random.body() : body;
  }

  /** A block whose shortcut is its input. */
  public static Residual of(Layer body) {
    return new Residual(body, Optional.empty(), Activation.NONE);
  }

  /** This block with a layer on its shortcut, such as a 1x1 convolution that changes the shape. */
  public Residual shortcut(Layer shortcut) {
    return new Residual(body, Optional.of(shortcut), activation);
  }

  /** This block with another activation after the sum. */
  public Residual activation(Activation activation) {
    return new Residual(body, shortcut, activation);
  }

  /**
   * This block with its body left out for some samples of each training batch: with probability p,
   * a sample takes the shortcut alone.
   *
   * @param p of [0, 1), instead of the one that the block may have already
   */
  public Residual stochasticDepth(double p) {
    return new Residual(StochasticDepth.of(p, within(body)), shortcut, activation);
  }

  @Override
  public Value describe(LayerContext context, Value input) {
    Value block = context.describe(body, input);
    Value around = shortcut.isPresent() ? context.child(SHORTCUT, shortcut.get(), input) : input;
    if (!block.type().equals(around.type())) {
      throw context.error(
          "Residual expects its body to give the shape of its shortcut, got "
              + block.shape()
              + " from the body and "
              + around.shape()
              + (shortcut.isPresent() ? " from the shortcut" : " from the input itself")
              + "; give it a shortcut that changes the shape alike, such as a Conv2d with kernel 1");
    }
    Value sum = context.emit(new BinaryMath(BinaryMath.Function.ADD), block, around);
    return activation.equals(Activation.NONE) ? sum : context.emit(new Activate(activation), sum);
  }
}
