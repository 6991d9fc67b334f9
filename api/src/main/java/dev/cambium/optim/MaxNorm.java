package dev.cambium.optim;

import dev.cambium.op.BinaryMath;
import dev.cambium.op.Emitter;
import dev.cambium.op.Fill;
import dev.cambium.op.Reduce;
import dev.cambium.op.UnaryMath;
import dev.cambium.op.Value;
import dev.cambium.tensor.TensorType;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Keeps the incoming weights of each unit short: w = w c / max(|w|, c), |w| the Euclidean length of
 * the unit's weights, which are those of one row of [O, K] or one filter of [O, I, kH, kW]. Where a
 * row is not longer than c, it is multiplied by c / c = 1 and stays as it is to the bit. It is
 * computed after each update ({@link ParameterGroup#maxNorm}), and lets large learning rates
 * explore without the weights blowing up.
 *
 * <p>PyTorch's {@code renorm} and Keras's {@code MaxNorm} divide by |w| + 1e-7, against a length of
 * 0; nothing is divided by less than c here, so that the longest row has the length c, not a little
 * less.
 *
 * <p>Source: N. Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from
 * Overfitting", 2014, section 5.1; its c are of 3 to 4.
 *
 * @param maximum c, positive
 */
public record MaxNorm(double maximum) {
  /** Checks the number. */
  public MaxNorm {
    Settings.positive("maxNorm", maximum);
  }

  /**
   * Emits the weights with no row longer than c.
   *
   * @param emitter where to emit
   * @param weight [O, ...] of rank 2 or more
   */
  public Value describe(Emitter emitter, Value weight) {
    List<Integer> row = IntStream.range(1, weight.shape().rank()).boxed().toList();
    Value squares = emitter.emit(new UnaryMath(UnaryMath.Function.SQUARE), weight);
    Value length =
        emitter.emit(
            new UnaryMath(UnaryMath.Function.SQRT),
            emitter.emit(new Reduce(Reduce.Function.SUM, row, true), squares));
    TensorType lengths = length.tensorType();
    Value longest = emitter.emit(new Fill(lengths, maximum));
    Value factor =
        emitter.emit(
            new BinaryMath(BinaryMath.Function.DIVIDE),
            longest,
            emitter.emit(new BinaryMath(BinaryMath.Function.MAXIMUM), length, longest));
    return emitter.emit(new BinaryMath(BinaryMath.Function.MULTIPLY), weight, factor);
  }
}
