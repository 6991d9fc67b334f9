package dev.cambium.nn;

import dev.cambium.nn.init.Fans;
import dev.cambium.nn.init.Initializer;
import dev.cambium.op.Affine;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Reduce;
import dev.cambium.op.Reshape;
import dev.cambium.op.UnaryMath;
import dev.cambium.op.Value;
import dev.cambium.tensor.Shape;
import java.util.List;

/**
 * The weight of {@link CenteredWeightNormLinear} and {@link CenteredWeightNormConv2d}, computed
 * from what is trained: for the row v of each output, W = g c / sqrt(c.c + epsilon), c = v -
 * mean(v).
 */
final class CenteredWeightNorm {
  /**
   * Small beside the square of any useful row, so that its length does not matter; and large enough
   * that a row whose numbers are all equal gives 0 and finite gradients, not NaN.
   */
  static final double EPSILON = 1e-12;

  private static final List<Integer> INPUTS = List.of(1);

  private CenteredWeightNorm() {}

  /** Declares {@code weight} and {@code gain} and gives W, of the weight's shape [O, ...]. */
  static Value weight(
      LayerContext context,
      Layer layer,
      Shape shape,
      Fans fans,
      Initializer initializer,
      Initializer gainInitializer) {
    int outputs = shape.dim(0);
    int inputs = Math.toIntExact(shape.size(1, shape.rank()));
    if (inputs < 2) {
      throw context.error(
          layer.kind()
              + " expects at least 2 inputs per output, as the mean of one number leaves nothing of"
              + " it, got weights of shape "
              + shape
              + "; use the layer without normalisation");
    }
    Value v = context.parameter("weight", shape, fans, initializer);
    Value gain = context.parameter("gain", Shape.of(outputs), gainInitializer);
    Value rows = context.emit(new Reshape(Shape.of(outputs, inputs)), v);
    Value mean = context.emit(new Reduce(Reduce.Function.MEAN, INPUTS, true), rows);
    Value centred = context.emit(new BinaryMath(BinaryMath.Function.SUBTRACT), rows, mean);
    Value squares = context.emit(new UnaryMath(UnaryMath.Function.SQUARE), centred);
    Value sum = context.emit(new Reduce(Reduce.Function.SUM, INPUTS, true), squares);
    Value norm =
        context.emit(
            new UnaryMath(UnaryMath.Function.SQRT), context.emit(new Affine(1, EPSILON), sum));
    Value column = context.emit(new Reshape(Shape.of(outputs, 1)), gain);
    Value scale = context.emit(new BinaryMath(BinaryMath.Function.DIVIDE), column, norm);
    Value scaled = context.emit(new BinaryMath(BinaryMath.Function.MULTIPLY), centred, scale);
    return context.emit(new Reshape(shape), scaled);
  }
}
