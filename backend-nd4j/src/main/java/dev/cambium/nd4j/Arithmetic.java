package dev.cambium.nd4j;

import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarSet;
import org.nd4j.linalg.api.ops.impl.transforms.any.Assign;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The arithmetic that kernels are put together from where ND4J has no operation that means the
 * same: each step one of its operations, rounded to the element type. Arrays of two operands are
 * stretched by NumPy's rules; z may be an operand.
 */
final class Arithmetic {
  /** A number as an array. */
  private record Constant(DataType type, double value) {}

  private static final long[] SCALAR = {};

  private final Map<Constant, INDArray> constants = new HashMap<>();
  private final Nd4jOperation add = Nd4jOperation.of("add");
  private final Nd4jOperation subtract = Nd4jOperation.of("subtract");
  private final Nd4jOperation multiply = Nd4jOperation.of("multiply");
  private final Nd4jOperation divide = Nd4jOperation.of("divide");

  /** z = x. */
  static void assign(INDArray x, INDArray z) {
    run(new Assign(x, z));
  }

  /** z = number. */
  static void set(INDArray z, double number) {
    run(new ScalarSet(z, null, z, number));
  }

  /** z = x + number. */
  void add(INDArray x, double number, INDArray z) {
    add.run(x, constant(number, x), z);
  }

  /** z = x number. */
  void multiply(INDArray x, double number, INDArray z) {
    multiply.run(x, constant(number, x), z);
  }

  /** z = number - x. */
  void subtractFrom(double number, INDArray x, INDArray z) {
    subtract.run(constant(number, x), x, z);
  }

  /** Kept, as ND4J would make an array of a number at each use; it frees them with this object. */
  private INDArray constant(double number, INDArray like) {
    return constants.computeIfAbsent(
        new Constant(like.dataType(), number),
        c -> Nd4j.createUninitializedDetached(c.type(), 'c', SCALAR).assign(c.value()));
  }

  /** Runs one of ND4J's classic operations. */
  static void run(Op op) {
    Nd4j.getExecutioner().exec(op);
  }

  /** z = x + y. */
  void add(INDArray x, INDArray y, INDArray z) {
    add.run(x, y, z);
  }

  /** z = x - y. */
  void subtract(INDArray x, INDArray y, INDArray z) {
    subtract.run(x, y, z);
  }

  /** z = x y. */
  void multiply(INDArray x, INDArray y, INDArray z) {
    multiply.run(x, y, z);
  }

  /** z = x / y. */
  void divide(INDArray x, INDArray y, INDArray z) {
    divide.run(x, y, z);
  }
}
