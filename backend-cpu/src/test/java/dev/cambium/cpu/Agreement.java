package dev.cambium.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cambium.op.Op;
import dev.cambium.spi.Backend;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;

/** Kernels beside the host functions of their operations. */
final class Agreement {
  /** Half the distance from 1 to the next float: the relative error of one rounding. */
  static final double U = 0x1p-24;

  private Agreement() {}

  /**
   * n roundings on the way to one sum: n u / (1 - n u) (N. Higham, Accuracy and Stability, 3.1).
   */
  static double gamma(double n) {
    return n * U / (1 - n * U);
  }

  static HostArray normal(long seed, int... shape) {
    return filled(new Random(seed), shape, Random::nextGaussian);
  }

  /** Whole numbers from -limit to limit. */
  static HostArray integers(long seed, int limit, int... shape) {
    return filled(new Random(seed), shape, random -> random.nextInt(2 * limit + 1) - limit);
  }

  private interface Draw {
    double from(Random random);
  }

  private static HostArray filled(Random random, int[] shape, Draw draw) {
    HostArray array = HostArray.allocate(TensorType.float32(shape));
    for (int i = 0; i < array.shape().intSize(); i++) {
      array.set(i, draw.from(random));
    }
    return array;
  }

  static HostArray map(HostArray array, DoubleUnaryOperator function) {
    HostArray mapped = HostArray.allocate(array.type());
    for (int i = 0; i < array.shape().intSize(); i++) {
      mapped.set(i, function.applyAsDouble(array.get(i)));
    }
    return mapped;
  }

  static HostArray abs(HostArray array) {
    return map(array, Math::abs);
  }

  static List<TensorType> types(List<HostArray> arrays) {
    return arrays.stream().map(HostArray::type).toList();
  }

  /** The tensors that the host function gives; null stands for a cache among the inputs. */
  static List<double[]> host(Op op, HostArray... inputs) {
    List<DoubleArray> in = new ArrayList<>();
    List<ValueType> types = new ArrayList<>();
    for (HostArray input : inputs) {
      types.add(input == null ? Opaque.NONE : input.type());
      in.add(input == null ? DoubleArray.NONE : new DoubleArray(input.shape(), input.toDoubles()));
    }
    List<DoubleArray> out = new ArrayList<>();
    for (ValueType type : op.infer(types)) {
      out.add(
          type instanceof TensorType tensor ? DoubleArray.zeros(tensor.shape()) : DoubleArray.NONE);
    }
    op.host().orElseThrow().apply(in, out);
    return out.stream().map(DoubleArray::values).toList();
  }

  /**
   * Runs the operation's kernel and gives its tensors, after checking that it runs twice with the
   * same bits, leaves its inputs alone, and allocates nothing in the second run.
   */
  static List<HostArray> kernel(Backend backend, Op op, HostArray... inputs) {
    List<ValueType> types = new ArrayList<>();
    for (HostArray input : inputs) {
      types.add(input == null ? Opaque.NONE : input.type());
    }
    try (OpRun run = new OpRun(backend, op, types)) {
      for (int i = 0; i < inputs.length; i++) {
        if (inputs[i] != null) {
          run.set(i, inputs[i]);
        }
      }
      List<HostArray> first = tensors(run.run(), op.infer(types));
      long allocations = backend.memory().totalAllocations();
      List<HostArray> second = tensors(run.run(), op.infer(types));
      assertEquals(allocations, backend.memory().totalAllocations(), "allocations of a run");
      for (int i = 0; i < first.size(); i++) {
        assertEquals(first.get(i).bytes(), second.get(i).bytes(), op + " run again");
      }
      for (int i = 0; i < inputs.length; i++) {
        if (inputs[i] != null) {
          assertEquals(inputs[i].bytes(), run.input(i).bytes(), "input " + i + " of " + op);
        }
      }
      return first;
    }
  }

  private static List<HostArray> tensors(OpRun run, List<ValueType> types) {
    List<HostArray> arrays = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      if (types.get(i) instanceof TensorType) {
        arrays.add(run.get(i));
      }
    }
    return arrays;
  }

  static void assertExact(String what, double[] expected, HostArray got) {
    assertArrayEquals(expected, plusZero(got.toDoubles()), what);
  }

  private static double[] plusZero(double[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] += 0.0;
    }
    return values;
  }

  /** |got - expected| must not exceed the bound of its element. */
  static void assertWithin(String what, double[] expected, double[] bound, HostArray got) {
    double[] values = got.toDoubles();
    assertEquals(expected.length, values.length, what);
    int worst = -1;
    double ratio = 1;
    for (int i = 0; i < values.length; i++) {
      double error = Math.abs(values[i] - expected[i]);
      if (!(error <= bound[i] * ratio)) {
        worst = i;
        ratio = Double.isNaN(error) ? Double.POSITIVE_INFINITY : error / bound[i];
      }
    }
    if (worst >= 0) {
      throw new AssertionError(
          what
              + ": element "
              + worst
              + " of "
              + got.shape()
              + " expected "
              + expected[worst]
              + ", got "
              + values[worst]
              + ", bound "
              + bound[worst]);
    }
  }

  static double[] times(double[] values, double factor) {
    double[] scaled = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      scaled[i] = values[i] * factor;
    }
    return scaled;
  }

  /** The inner product of two arrays, exact where the products are whole numbers below 2^53. */
  static double inner(HostArray a, HostArray b) {
    double sum = 0;
    for (int i = 0; i < a.shape().intSize(); i++) {
      sum += a.get(i) * b.get(i);
    }
    return sum;
  }

  static int[] dims(Shape shape) {
    return shape.toArray();
  }
}
