package dev.cambium.nd4j;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarAdd;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMultiplication;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarReverseSubtraction;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarSet;
import org.nd4j.linalg.api.ops.impl.transforms.any.Assign;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The arithmetic that kernels are put together from where ND4J has no operation that means the
 * same: each step one of its operations, rounded to the element type. Arrays of two operands are
 * stretched by NumPy's rules; z may be an operand.
 */
final class Arithmetic {
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
  static void add(INDArray x, double number, INDArray z) {
    run(new ScalarAdd(x, null, z, number));
  }

  /** z = x number. */
  static void multiply(INDArray x, double number, INDArray z) {
    run(new ScalarMultiplication(x, null, z, number));
  }

  /** z = number - x. */
  static void subtractFrom(double number, INDArray x, INDArray z) {
    run(new ScalarReverseSubtraction(x, null, z, number));
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
