package dev.cambium.conformance.op;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.SplittableRandom;

/**
 * An input of a case.
 *
 * @param type its type
 * @param draw its numbers
 */
record Operand(TensorType type, Draw draw) {
  /** An input of FLOAT32. */
  static Operand of(Shape shape, Draw draw) {
    return of(DType.FLOAT32, shape, draw);
  }

  /** An input of an element type. */
  static Operand of(DType dtype, Shape shape, Draw draw) {
    return new Operand(new TensorType(dtype, shape), draw);
  }

  /** Its numbers, rounded to its element type. */
  HostArray value(SplittableRandom random) {
    return HostArray.of(type, draw.values(type, random));
  }
}
