package dev.cambium.conformance.op;

import dev.cambium.tensor.Shape;

/**
 * A linear layer of given shapes.
 *
 * @param x [N, features...]
 * @param units the number of outputs O
 */
record LinearLayer(Shape x, int units) {
  /** K. */
  int features() {
    return Math.toIntExact(x.size(1, x.rank()));
  }

  /** [O, K]. */
  Shape w() {
    return Shape.of(units, features());
  }

  /** [N, O]. */
  Shape y() {
    return Shape.of(x.dim(0), units);
  }

  /** [O]. */
  Shape b() {
    return Shape.of(units);
  }

  /** Shapes, for an id. */
  String what() {
    return "x" + x + " to " + units;
  }
}
