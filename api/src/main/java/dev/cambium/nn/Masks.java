package dev.cambium.nn;

import dev.cambium.op.BinaryMath;
import dev.cambium.op.Dropout;
import dev.cambium.op.Fill;
import dev.cambium.op.Value;
import dev.cambium.tensor.Philox4x32;
import dev.cambium.tensor.TensorType;

/**
 * Random factors: 0 with probability p, else 1 / (1 - p), so that their expected value is 1. They
 * depend on the seed, the step, the name of their stream and the element's index alone.
 */
final class Masks {
  private Masks() {}

  static void checkProbability(String layer, double p) {
    if (!(p >= 0 && p < 1)) {
      throw new IllegalArgumentException(
          "p of " + layer + ", the probability of being dropped, must be of [0, 1), got " + p);
    }
  }

  /** The values with some of them dropped; {@code name} tells the masks of one layer apart. */
  static Value dropped(LayerContext context, double p, String name, Value x) {
    String path = context.path();
    int stream = Philox4x32.stream(path.isEmpty() ? name : path + "." + name);
    return context.emit(new Dropout(p, stream), x, context.rng());
  }

  /** Random factors of the given type. */
  static Value draw(LayerContext context, double p, String name, TensorType type) {
    return dropped(context, p, name, context.emit(new Fill(type, 1)));
  }

  /** a b, elementwise, with broadcasting. */
  static Value times(LayerContext context, Value a, Value b) {
    return context.emit(new BinaryMath(BinaryMath.Function.MULTIPLY), a, b);
  }
}
