package dev.cambium.op;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Objects;

/**
 * The inputs of an operation with their names, as shape inference checks them one after another.
 * Every failure is an {@link IllegalArgumentException} that names the operation and the input, says
 * what it was and what was expected.
 */
final class Operands {
  private final Op op;
  private final List<ValueType> inputs;
  private final List<String> names;

  private Operands(Op op, List<ValueType> inputs, List<String> names) {
    this.op = op;
    this.inputs = inputs;
    this.names = names;
  }

  /**
   * The inputs, as many as there are names.
   *
   * @throws IllegalArgumentException when the number differs
   */
  static Operands of(Op op, List<ValueType> inputs, String... names) {
    return of(op, inputs, List.of(names));
  }

  /**
   * The inputs, as many as there are names.
   *
   * @throws IllegalArgumentException when the number differs
   */
  static Operands of(Op op, List<ValueType> inputs, List<String> names) {
    Objects.requireNonNull(inputs, "inputs");
    if (inputs.size() != names.size()) {
      throw new IllegalArgumentException(
          op.name()
              + " expects "
              + names.size()
              + (names.size() == 1 ? " input " : " inputs ")
              + names
              + ", got "
              + inputs.size()
              + ": "
              + inputs);
    }
    return new Operands(op, inputs, names);
  }

  /** Input {@code index}, which must be a tensor of any element type. */
  TensorType tensor(int index) {
    if (inputs.get(index) instanceof TensorType tensor) {
      return tensor;
    }
    throw mismatch(index, "a tensor");
  }

  /** Input {@code index}, which must be a tensor of FLOAT32 or FLOAT64. */
  TensorType floating(int index) {
    TensorType tensor = tensor(index);
    if (!tensor.dtype().isFloating()) {
      throw mismatch(index, "FLOAT32 or FLOAT64");
    }
    return tensor;
  }

  /** Input {@code index}, which must be a floating tensor of the given rank. */
  TensorType floating(int index, int rank, String dimensions) {
    TensorType tensor = floating(index);
    if (tensor.shape().rank() != rank) {
      throw mismatch(index, "rank " + rank + ", " + dimensions);
    }
    return tensor;
  }

  /**
   * Input {@code index}, which must be a floating tensor [N, C, H, W]; only the batch N may be 0.
   */
  TensorType image(int index) {
    return image(index, "[N, C, H, W]");
  }

  /**
   * Input {@code index}, which must be a floating tensor of rank 4; only its first dimension may be
   * 0.
   */
  TensorType image(int index, String dimensions) {
    TensorType image = floating(index, 4, dimensions);
    require(
        index,
        image.shape().size(1, 4) > 0,
        dimensions + " where only the first dimension may be 0");
    return image;
  }

  /** Input {@code index}, which must be a tensor of exactly this element type and shape. */
  TensorType exactly(int index, TensorType expected) {
    return exactly(index, expected, "");
  }

  /**
   * Input {@code index}, which must be a tensor of exactly this element type and shape.
   *
   * @param reason why, appended to the message; may be empty
   */
  TensorType exactly(int index, TensorType expected, String reason) {
    TensorType tensor = tensor(index);
    if (!tensor.equals(expected)) {
      throw mismatch(index, expected + (reason.isEmpty() ? "" : " (" + reason + ")"));
    }
    return tensor;
  }

  /** Input {@code index}, which must be a tensor of exactly this element type and shape. */
  TensorType exactly(int index, DType dtype, Shape shape) {
    return exactly(index, new TensorType(dtype, shape), "");
  }

  /** Input {@code index}, which must be a tensor of this element type and any shape. */
  TensorType ofType(int index, DType dtype) {
    TensorType tensor = tensor(index);
    if (tensor.dtype() != dtype) {
      throw mismatch(index, "element type " + dtype);
    }
    return tensor;
  }

  /** Input {@code index}, which must be a backend's cache. */
  Opaque cache(int index) {
    if (inputs.get(index) instanceof Opaque opaque) {
      return opaque;
    }
    throw mismatch(index, "a backend's cache");
  }

  /**
   * The shape after pooling {@code image}; names input {@code index} where the window is too large.
   */
  Shape pooled(int index, Window2d window, Shape image) {
    try {
      return window.output(image);
    } catch (IllegalArgumentException tooLarge) {
      throw new IllegalArgumentException(
          op.name() + ": input " + names.get(index) + ": " + tooLarge.getMessage(), tooLarge);
    }
  }

  /** Fails with input {@code index} named unless {@code condition} holds. */
  void require(int index, boolean condition, String expected) {
    if (!condition) {
      throw mismatch(index, expected);
    }
  }

  /** The error that says what input {@code index} was and what was expected instead. */
  IllegalArgumentException mismatch(int index, String expected) {
    return new IllegalArgumentException(
        op.name()
            + ": input "
            + names.get(index)
            + " was "
            + inputs.get(index)
            + ", expected "
            + expected);
  }
}
