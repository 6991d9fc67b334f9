package dev.cambium.nn.loss;

import dev.cambium.nn.LayerContext;
import dev.cambium.op.Affine;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.SumOfSquares;
import dev.cambium.op.Value;
import dev.cambium.tensor.TensorType;

/**
 * The mean over all elements of (score - target)^2.
 *
 * <p>Shapes: scores of any shape with at least one element, targets like the scores.
 */
public record MeanSquaredError() implements Loss {
  /** The loss. */
  public static MeanSquaredError of() {
    return new MeanSquaredError();
  }

  @Override
  public TensorType targets(TensorType scores) {
    return scores;
  }

  @Override
  public Value describe(LayerContext context, Value scores, Value targets) {
    if (!targets.type().equals(scores.type())) {
      throw context.error(
          "MeanSquaredError expects targets like the scores "
              + scores.type()
              + ", got "
              + targets.type());
    }
    long count = scores.shape().size();
    if (count == 0) {
      throw context.error(
          "MeanSquaredError expects at least one element, as a mean over nothing is undefined, got"
              + " scores "
              + scores.type());
    }
    Value difference = context.emit(new BinaryMath(BinaryMath.Function.SUBTRACT), scores, targets);
    return context.emit(new Affine(1.0 / count, 0), context.emit(new SumOfSquares(), difference));
  }
}
