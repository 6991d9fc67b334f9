package dev.cambium.conformance.op;

import dev.cambium.op.Op;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * An operation that sums products of two operands, a weight and a bias perhaps, and the rows that
 * follow from it. On integers the sums are exact in every order, as long as the sum of the absolute
 * values stays below 2^24 (in FLOAT64 2^53), which is checked. One operand has more significant
 * bits than a narrower format keeps, the other is -1, 0 or 1; then the other way about.
 *
 * @param op the operation, without activation
 * @param what shapes and settings, for the id
 * @param dtype the element type of all operands
 * @param left the first operand
 * @param right the second
 * @param bias the shapes of what is added; none or one
 * @param terms the most products in a sum, anything added included
 */
record Contraction(
    Op op, String what, DType dtype, Factor left, Factor right, List<Shape> bias, double terms) {
  /**
   * An operand.
   *
   * @param name as the operation's documentation calls it
   */
  record Factor(String name, Shape shape) {}

  /** The widest sum that FLOAT32 holds exactly. */
  private static final double EXACT_SUM = 0x1p24;

  private static final double EXACT_DOUBLE_SUM = 0x1p53;

  /** Without bias, in FLOAT32. */
  static Contraction of(Op op, String what, double terms, Factor left, Factor right) {
    return new Contraction(op, what, DType.FLOAT32, left, right, List.of(), terms);
  }

  /** The same with something added to each sum. */
  Contraction plusBias(Shape shape) {
    return new Contraction(op, what, dtype, left, right, List.of(shape), terms + 1);
  }

  /** The same in another element type. */
  Contraction of(DType other) {
    return new Contraction(op, what + " of " + other, other, left, right, bias, terms);
  }

  /** Both integer rows and the real one. */
  List<OpCase> rows() {
    return List.of(wideLeft(), wideRight(), reals());
  }

  /** Integers, the first operand of which are wide. */
  OpCase wideLeft() {
    return row(op, what, "integers, wide " + left.name(), exact(op), wide(), narrow());
  }

  /** Integers, the second operand of which are wide. */
  OpCase wideRight() {
    return row(op, what, "integers, wide " + right.name(), exact(op), narrow(), wide());
  }

  /** Real numbers. */
  OpCase reals() {
    return row(op, what, "reals", Tolerance.products(op, terms), Draw.normal(), Draw.normal());
  }

  /** A row of the operation in another form, as with an activation. */
  OpCase row(Op form, String how, String data, Tolerance tolerance, Draw first, Draw second) {
    List<Operand> operands = new ArrayList<>();
    operands.add(Operand.of(dtype, left.shape(), first));
    operands.add(Operand.of(dtype, right.shape(), second));
    boolean integers = data.startsWith("integers");
    bias.forEach(
        shape ->
            operands.add(Operand.of(dtype, shape, integers ? Draw.integers(1000) : Draw.normal())));
    return OpCase.of(form, how, data, tolerance, operands.toArray(Operand[]::new));
  }

  /** Integers of more bits than the next narrower format keeps. */
  Draw wide() {
    return dtype == DType.FLOAT64 ? wideDoubles() : Draw.wide();
  }

  /** Odd integers of 32 bits, 8 more than FLOAT32 keeps: 2,048 of them add up exactly. */
  private static Draw wideDoubles() {
    return Draw.each(
        random -> (0x1p31 + 2.0 * random.nextInt(1 << 30) + 1) * (random.nextBoolean() ? 1 : -1));
  }

  /** The other operand's integers. */
  Draw narrow() {
    return narrow(terms);
  }

  /**
   * -1, 0 and 1, with so many zeros that the sums of many terms are exact, too; the first is not 0,
   * so that something is left of a single one.
   */
  static Draw narrow(double terms) {
    double share = Math.min(7.0 / 8, 1200 / terms);
    Draw independent =
        Draw.each(random -> random.nextDouble() >= share ? 0 : random.nextBoolean() ? 1 : -1);
    return (type, random) -> {
      double[] values = independent.values(type, random);
      if (values.length > 0 && values[0] == 0) {
        values[0] = 1;
      }
      return values;
    };
  }

  /** {@link Tolerance#EXACT} where it is due: no sum of absolute values exceeds what is exact. */
  static Tolerance exact(Op op) {
    return evaluated -> {
      double most = evaluated.u() == 0x1p-53 ? EXACT_DOUBLE_SUM : EXACT_SUM;
      for (DoubleArray sums : evaluated.evaluateAbsolute(op)) {
        for (double sum : sums.values()) {
          if (sum > most) {
            throw new AssertionError(
                "the case is mistrusted: a sum of absolute values is "
                    + sum
                    + ", which is not exact in every order");
          }
        }
      }
      return Tolerance.EXACT.bounds(evaluated);
    };
  }
}
