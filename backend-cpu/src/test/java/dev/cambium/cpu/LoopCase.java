package dev.cambium.cpu;

import dev.cambium.op.Op;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * An operation with inputs, and how far its kernel may be from the host function.
 *
 * @param name what a report shows
 * @param op the operation
 * @param inputs its inputs
 * @param tolerance the bound
 */
record LoopCase(String name, Op op, List<HostArray> inputs, Tolerance tolerance) {
  /** How the bound of an element is derived. */
  enum Tolerance {
    /** Computed as the host function does, and rounded once: the same bits. */
    SAME_BITS,
    /**
     * Computed in double as the host function, but added up in another order, or by another
     * exponential: the sum's error is far below a float's, so the roundings are at most one step
     * apart. The constant covers results that cancel to almost 0.
     */
    ONE_STEP,
    /**
     * Computed in float from terms that do not cancel: no result has more than 12 roundings, each
     * of relative size 2^-24, of terms no larger than the result and what it replaces.
     */
    TWELVE_ROUNDINGS
  }

  static LoopCase of(Op op, Tolerance tolerance, HostArray... inputs) {
    List<HostArray> all = List.of(inputs);
    String shapes = String.join(" ", all.stream().map(input -> input.type().toString()).toList());
    return new LoopCase(op + " on " + shapes, op, all, tolerance);
  }

  /** Largest allowed distance of element {@code index} of output {@code output}. */
  double bound(int output, int index, double expected) {
    return switch (tolerance) {
      case SAME_BITS -> 0;
      case ONE_STEP -> Math.ulp((float) expected) + 1e-13;
      case TWELVE_ROUNDINGS -> {
        double replaced = 0;
        for (int i = 0; i < inputs.size(); i++) {
          if (op.mayAlias(output, i)) {
            replaced = Math.abs(inputs.get(i).get(index));
          }
        }
        yield 12 * 0x1p-24 * (Math.abs(expected) + replaced);
      }
    };
  }

  /** Numbers of [-2, 2). */
  static HostArray reals(String name, int... dimensions) {
    return uniform(name, -2, 2, dimensions);
  }

  /** Numbers of [low, high). */
  static HostArray uniform(String name, double low, double high, int... dimensions) {
    RandomStream random = new RandomStream(dimensions.length, name);
    HostArray array = HostArray.allocate(TensorType.float32(dimensions));
    for (int i = 0; i < array.shape().size(); i++) {
      array.set(i, random.nextUniform(low, high));
    }
    return array;
  }

  /** Whole numbers of [-bound, bound). */
  static HostArray integers(DType dtype, String name, int bound, int... dimensions) {
    RandomStream random = new RandomStream(dimensions.length, name);
    HostArray array = HostArray.allocate(new TensorType(dtype, Shape.of(dimensions)));
    for (int i = 0; i < array.shape().size(); i++) {
      array.set(i, random.nextInt(2 * bound) - bound);
    }
    return array;
  }

  /** Labels of [0, classes). */
  static HostArray labels(int rows, int classes) {
    RandomStream random = new RandomStream(classes, "labels");
    int[] labels = new int[rows];
    for (int i = 0; i < rows; i++) {
      labels[i] = random.nextInt(classes);
    }
    return HostArray.of(Shape.of(rows), labels);
  }

  /** {@code op} on inputs of each shape, made by {@code inputs}. */
  static List<LoopCase> forEach(
      Op op, Tolerance tolerance, List<int[]> shapes, Function<int[], HostArray[]> inputs) {
    List<LoopCase> cases = new ArrayList<>();
    for (int[] shape : shapes) {
      cases.add(of(op, tolerance, inputs.apply(shape)));
    }
    return cases;
  }

  @Override
  public String toString() {
    return name;
  }
}
