package dev.cambium.op;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.Philox4x32;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Optional;

/**
 * Inverted dropout (N. Srivastava et al., "Dropout", 2014): each element is kept with probability 1
 * - p and multiplied by 1 / (1 - p), else it becomes 0 (also where it was NaN).
 *
 * <p>Element {@code index} is kept when word {@code index % 4}, read as an unsigned number, of the
 * {@link Philox4x32} block with key (seed low, seed high) and counter ({@code index / 4}, step low,
 * step high, stream) is at least {@link #threshold}. Elements are counted in row-major order; those
 * of a rank-4 tensor [N, C, H, W] channels-last, in the order of [N, H, W, C]. So the same seed,
 * step and stream drop the same elements on every backend.
 *
 * <p>Inputs: x, floating, any shape; rng, INT32 [4] = (seed low, seed high, step low, step high).
 * Outputs: y, like x; it may share x's memory. The gradient is the same operation on dy with the
 * same rng.
 *
 * @param p the probability of being dropped, of [0, 1)
 * @param stream which random numbers, {@link Philox4x32#stream} of the layer's path
 */
public record Dropout(double p, int stream) implements Op {
  /** Checks the probability. */
  public Dropout {
    if (!(p >= 0 && p < 1)) {
      throw new IllegalArgumentException(
          "p of Dropout, the probability of being dropped, must be of [0, 1), got " + p);
    }
  }

  /** An element is kept when its random word, unsigned, is at least this: round(p * 2^32). */
  public long threshold() {
    return Math.round(p * 0x1p32);
  }

  /** What a kept element is multiplied by, in every element type: 1 / (1 - p) as a float. */
  public float scale() {
    return (float) (1 / (1 - p));
  }

  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    Operands operands = Operands.of(this, inputs, "x", "rng");
    TensorType x = operands.floating(0);
    operands.exactly(
        1, new TensorType(DType.INT32, Shape.of(4)), "(seed low, seed high, step low, step high)");
    return List.of(x);
  }

  @Override
  public boolean mayAlias(int output, int input) {
    return input == 0;
  }

  @Override
  public List<Optional<Value>> gradient(
      Emitter emitter,
      List<Value> inputs,
      List<Value> outputs,
      List<Optional<Value>> outputGradients) {
    Value dy = outputGradients.get(0).orElseThrow();
    return List.of(Optional.of(emitter.emit(this, dy, inputs.get(1))), Optional.empty());
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(new HostDropout(this));
  }
}
