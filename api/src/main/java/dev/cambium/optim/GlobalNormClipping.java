package dev.cambium.optim;

import dev.cambium.op.Affine;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Emitter;
import dev.cambium.op.Fill;
import dev.cambium.op.SumOfSquares;
import dev.cambium.op.UnaryMath;
import dev.cambium.op.Value;
import java.util.List;

/**
 * Shortens all gradients together where they are longer than a maximum: factor = min(1, maximumNorm
 * / (norm + 1e-6)), norm = the Euclidean length of all gradients laid end to end. The direction
 * stays. The factor enters the update as its gradient scale, so the gradients are read once more
 * but not written.
 *
 * <p>Source: R. Pascanu, T. Mikolov, Y. Bengio, "On the difficulty of training recurrent neural
 * networks", 2013; the 1e-6 is PyTorch's.
 *
 * @param maximumNorm positive
 */
public record GlobalNormClipping(double maximumNorm) {
  /**
   * What the clipping computes.
   *
   * @param norm the length of the scaled gradients before clipping, a scalar
   * @param gradientScale the scale that includes the clipping, a scalar
   */
  public record Clipped(Value norm, Value gradientScale) {}

  /** Checks the norm. */
  public GlobalNormClipping {
    Settings.positive("maximumNorm of GlobalNormClipping", maximumNorm);
  }

  /**
   * Emits the norm and the factor.
   *
   * @param emitter where to emit
   * @param gradients all gradients
   * @param gradientScale what they are to be multiplied by, a scalar
   */
  public Clipped describe(Emitter emitter, List<Value> gradients, Value gradientScale) {
    Value squares = emitter.emit(new SumOfSquares(), gradients).get(0);
    Value length = emitter.emit(new UnaryMath(UnaryMath.Function.SQRT), squares);
    BinaryMath multiply = new BinaryMath(BinaryMath.Function.MULTIPLY);
    Value size = emitter.emit(new UnaryMath(UnaryMath.Function.ABS), gradientScale);
    Value norm = emitter.emit(multiply, length, size);
    Value inverse =
        emitter.emit(
            new UnaryMath(UnaryMath.Function.RECIPROCAL), emitter.emit(new Affine(1, 1e-6), norm));
    Value factor =
        emitter.emit(
            new BinaryMath(BinaryMath.Function.MINIMUM),
            emitter.emit(new Affine(maximumNorm, 0), inverse),
            emitter.emit(new Fill(norm.tensorType(), 1)));
    return new Clipped(norm, emitter.emit(multiply, gradientScale, factor));
  }
}
