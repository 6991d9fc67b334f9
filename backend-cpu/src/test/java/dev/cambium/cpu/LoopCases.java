package dev.cambium.cpu;

import static dev.cambium.cpu.LoopCase.Tolerance.ONE_STEP;
import static dev.cambium.cpu.LoopCase.Tolerance.SAME_BITS;
import static dev.cambium.cpu.LoopCase.Tolerance.TWELVE_ROUNDINGS;
import static dev.cambium.cpu.LoopCase.integers;
import static dev.cambium.cpu.LoopCase.labels;
import static dev.cambium.cpu.LoopCase.reals;
import static dev.cambium.cpu.LoopCase.uniform;

import dev.cambium.op.AdagradUpdate;
import dev.cambium.op.AdamUpdate;
import dev.cambium.op.Affine;
import dev.cambium.op.ArgMax;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Broadcast;
import dev.cambium.op.Cast;
import dev.cambium.op.ConfusionUpdate;
import dev.cambium.op.CrossEntropy;
import dev.cambium.op.Dropout;
import dev.cambium.op.Fill;
import dev.cambium.op.LogSoftmax;
import dev.cambium.op.LogSoftmaxBackward;
import dev.cambium.op.NonFiniteCount;
import dev.cambium.op.ParameterUpdate;
import dev.cambium.op.Reduce;
import dev.cambium.op.RmsPropUpdate;
import dev.cambium.op.RunningStatistics;
import dev.cambium.op.SgdUpdate;
import dev.cambium.op.Softmax;
import dev.cambium.op.SoftmaxBackward;
import dev.cambium.op.SumOfSquares;
import dev.cambium.op.TopKCorrect;
import dev.cambium.op.Transpose;
import dev.cambium.op.UnaryMath;
import dev.cambium.op.UpdateOptions;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** The operations of {@link LoopKernels} over shapes: empty, 1, primes, images, several chunks. */
final class LoopCases {
  private static final List<int[]> SHAPES =
      List.of(
          new int[] {},
          new int[] {0},
          new int[] {1},
          new int[] {17},
          new int[] {513, 3},
          new int[] {0, 3, 5, 5},
          new int[] {2, 3, 5, 7},
          new int[] {4, 1, 6, 1},
          new int[] {3, 13, 29, 31},
          new int[] {2, 2, 2, 2, 3},
          new int[] {66_003});

  private static final List<LoopCase> ALL = build();

  private LoopCases() {}

  static List<LoopCase> all() {
    return ALL;
  }

  private static List<LoopCase> build() {
    return Stream.of(elementwise(), broadcasting(), shapes(), reductions(), scores(), updates())
        .flatMap(List::stream)
        .toList();
  }

  private static List<LoopCase> elementwise() {
    List<LoopCase> cases = new ArrayList<>();
    for (int[] shape : SHAPES) {
      HostArray x = reals("x", shape);
      HostArray positive = uniform("positive", 0.01, 9, shape);
      for (UnaryMath.Function function : UnaryMath.Function.values()) {
        switch (function) {
          case EXP -> cases.add(LoopCase.of(new UnaryMath(function), ONE_STEP, x));
          case LOG -> cases.add(LoopCase.of(new UnaryMath(function), ONE_STEP, positive));
          case SQRT -> cases.add(LoopCase.of(new UnaryMath(function), SAME_BITS, positive));
          default -> cases.add(LoopCase.of(new UnaryMath(function), SAME_BITS, x));
        }
      }
      cases.add(LoopCase.of(new Affine(-1.3, 0.7), TWELVE_ROUNDINGS, x));
      HostArray counts = integers(DType.INT64, "counts", 1 << 29, shape);
      cases.add(LoopCase.of(new Affine(1, 1), SAME_BITS, counts));
      cases.add(LoopCase.of(new Affine(0.5, 0.25), SAME_BITS, counts));
      cases.add(LoopCase.of(new Dropout(0.3, 77), SAME_BITS, x, rng()));
      cases.add(LoopCase.of(new NonFiniteCount(), SAME_BITS, x));
      for (DType dtype : DType.values()) {
        TensorType type = new TensorType(dtype, Shape.of(shape));
        cases.add(LoopCase.of(new Fill(type, 3), SAME_BITS));
      }
    }
    cases.addAll(casts());
    return cases;
  }

  private static List<LoopCase> casts() {
    List<LoopCase> cases = new ArrayList<>();
    for (DType from : DType.values()) {
      for (DType to : DType.values()) {
        for (int[] shape : List.of(new int[] {0}, new int[] {3, 5, 7, 11}, new int[] {33_331})) {
          HostArray whole = integers(from, "whole", 100, shape);
          cases.add(LoopCase.of(new Cast(to), SAME_BITS, whole));
        }
      }
    }
    return cases;
  }

  static HostArray rng() {
    return HostArray.of(Shape.of(4), 0x9ABCDEF0, 0x12345678, -3, 4);
  }

  private static List<LoopCase> broadcasting() {
    int[][][] pairs = {
      {{}, {}},
      {{7, 3}, {}},
      {{}, {7, 3}},
      {{7, 3}, {3}},
      {{7, 3}, {7, 1}},
      {{7, 1}, {1, 3}},
      {{0, 3}, {3}},
      {{2, 3, 5, 7}, {2, 3, 5, 7}},
      {{2, 3, 5, 7}, {1, 3, 1, 1}},
      {{2, 3, 5, 7}, {3, 5, 7}},
      {{3, 1, 1}, {2, 3, 5, 7}},
      {{2, 1, 5, 7}, {2, 3, 5, 1}},
      {{2, 3, 5, 7}, {7}},
      {{2, 2, 3, 5, 7}, {2, 3, 5, 7}},
      {{513, 129}, {129}},
      {{66_003}, {66_003}},
      {{5, 67, 11, 13}, {5, 67, 11, 13}},
    };
    List<LoopCase> cases = new ArrayList<>();
    for (int[][] pair : pairs) {
      for (BinaryMath.Function function : BinaryMath.Function.values()) {
        BinaryMath op = new BinaryMath(function);
        cases.add(LoopCase.of(op, SAME_BITS, reals("a", pair[0]), reals("b", pair[1])));
        if (function != BinaryMath.Function.DIVIDE) {
          for (DType dtype : List.of(DType.INT32, DType.INT64)) {
            HostArray a = integers(dtype, "a", 1000, pair[0]);
            HostArray b = integers(dtype, "b", 1000, pair[1]);
            cases.add(LoopCase.of(op, SAME_BITS, a, b));
          }
        }
      }
    }
    return cases;
  }

  private static List<LoopCase> shapes() {
    List<LoopCase> cases = new ArrayList<>();
    for (DType dtype : List.of(DType.UINT8, DType.FLOAT32, DType.INT64)) {
      HostArray image = integers(dtype, "image", 100, 2, 3, 5, 7);
      for (List<Integer> order : permutations(4)) {
        cases.add(LoopCase.of(new Transpose(order), SAME_BITS, image));
      }
      HostArray cube = integers(dtype, "cube", 100, 11, 1, 13);
      for (List<Integer> order : permutations(3)) {
        cases.add(LoopCase.of(new Transpose(order), SAME_BITS, cube));
      }
      cases.add(LoopCase.of(new Broadcast(Shape.of(2, 3, 5, 7)), SAME_BITS, image));
      HostArray planes = integers(dtype, "planes", 100, 3, 1, 1);
      cases.add(LoopCase.of(new Broadcast(Shape.of(2, 3, 5, 7)), SAME_BITS, planes));
      cases.add(LoopCase.of(new Broadcast(Shape.of(0, 3, 5, 7)), SAME_BITS, planes));
      cases.add(LoopCase.of(new Broadcast(Shape.of(4, 2, 3, 5, 7)), SAME_BITS, image));
      HostArray scalar = integers(dtype, "scalar", 100);
      cases.add(LoopCase.of(new Broadcast(Shape.of(211, 311)), SAME_BITS, scalar));
    }
    cases.add(LoopCase.of(new Transpose(List.of()), SAME_BITS, reals("scalar")));
    cases.add(LoopCase.of(new Transpose(List.of(1, 0)), SAME_BITS, reals("wide", 311, 257)));
    return cases;
  }

  private static List<List<Integer>> permutations(int n) {
    if (n == 0) {
      return List.of(List.of());
    }
    List<List<Integer>> all = new ArrayList<>();
    for (List<Integer> shorter : permutations(n - 1)) {
      for (int at = 0; at < n; at++) {
        List<Integer> longer = new ArrayList<>(shorter);
        longer.add(at, n - 1);
        all.add(longer);
      }
    }
    return all;
  }

  private static List<LoopCase> reductions() {
    List<LoopCase> cases = new ArrayList<>();
    for (int[] shape :
        List.of(
            new int[] {},
            new int[] {17},
            new int[] {19, 523},
            new int[] {2, 3, 5, 7},
            new int[] {3, 37, 21, 19},
            new int[] {2, 3, 2, 5},
            new int[] {140_009})) {
      for (int subset = 0; subset < 1 << shape.length; subset++) {
        List<Integer> axes = new ArrayList<>();
        for (int axis = 0; axis < shape.length; axis++) {
          if ((subset >> axis & 1) == 1) {
            axes.add(axis);
          }
        }
        HostArray x = reals("x", shape);
        for (boolean keep : new boolean[] {false, true}) {
          cases.add(LoopCase.of(new Reduce(Reduce.Function.SUM, axes, keep), ONE_STEP, x));
        }
        cases.add(LoopCase.of(new Reduce(Reduce.Function.MEAN, axes, false), ONE_STEP, x));
        cases.add(LoopCase.of(new Reduce(Reduce.Function.MAXIMUM, axes, true), ONE_STEP, x));
      }
    }
    HostArray nothing = reals("x", 0, 3, 2, 2);
    cases.add(LoopCase.of(sum(0), SAME_BITS, nothing));
    cases.add(LoopCase.of(sum(0, 2, 3), SAME_BITS, nothing));
    cases.add(LoopCase.of(sum(1), SAME_BITS, nothing));
    cases.add(LoopCase.of(new SumOfSquares(), ONE_STEP, reals("a")));
    cases.add(LoopCase.of(new SumOfSquares(), ONE_STEP, reals("a", 0)));
    cases.add(
        LoopCase.of(
            new SumOfSquares(),
            ONE_STEP,
            reals("a", 70_001),
            reals("b", 3, 5, 7, 11),
            reals("c", 0, 2),
            reals("d", 13)));
    return cases;
  }

  private static Reduce sum(Integer... axes) {
    return new Reduce(Reduce.Function.SUM, List.of(axes), false);
  }

  private static List<LoopCase> scores() {
    List<LoopCase> cases = new ArrayList<>();
    for (int[] shape :
        List.of(
            new int[] {0, 3},
            new int[] {1, 1},
            new int[] {64, 10},
            new int[] {7, 1009},
            new int[] {2, 3, 5, 7},
            new int[] {3, 1, 2, 2},
            new int[] {2, 21, 33, 17})) {
      HostArray x = reals("x", shape);
      HostArray dy = reals("dy", shape);
      HostArray p = KernelRig.host(new Softmax(), List.of(x)).get(0);
      HostArray logP = KernelRig.host(new LogSoftmax(), List.of(x)).get(0);
      cases.add(LoopCase.of(new Softmax(), ONE_STEP, x));
      cases.add(LoopCase.of(new LogSoftmax(), ONE_STEP, x));
      cases.add(LoopCase.of(new SoftmaxBackward(), ONE_STEP, dy, p));
      cases.add(LoopCase.of(new LogSoftmaxBackward(), ONE_STEP, dy, logP));
      if (shape.length == 2) {
        cases.addAll(rows(shape[0], shape[1], x, p));
      }
    }
    cases.add(
        LoopCase.of(
            new RunningStatistics(0.1, 37),
            SAME_BITS,
            reals("runningMean", 19),
            uniform("runningVariance", 0, 2, 19),
            reals("mean", 19),
            uniform("variance", 0, 2, 19)));
    return cases;
  }

  private static List<LoopCase> rows(int n, int c, HostArray x, HostArray p) {
    List<LoopCase> cases = new ArrayList<>();
    HostArray labels = labels(n, c);
    HostArray confusion = integers(DType.INT32, "confusion", 50, c, c);
    cases.add(LoopCase.of(new ArgMax(), SAME_BITS, x));
    cases.add(LoopCase.of(new ConfusionUpdate(), SAME_BITS, confusion, x, labels));
    cases.add(LoopCase.of(new TopKCorrect(1), SAME_BITS, x, labels));
    cases.add(LoopCase.of(new TopKCorrect(5), SAME_BITS, x, labels));
    if (n > 0) {
      HostArray weights = uniform("weights", 0.5, 2, c);
      for (double smoothing : new double[] {0, 0.1}) {
        cases.add(LoopCase.of(new CrossEntropy(false, false, smoothing), ONE_STEP, x, labels));
        cases.add(
            LoopCase.of(new CrossEntropy(false, true, smoothing), ONE_STEP, x, labels, weights));
        cases.add(LoopCase.of(new CrossEntropy(true, false, smoothing), ONE_STEP, x, p));
        cases.add(LoopCase.of(new CrossEntropy(true, true, smoothing), ONE_STEP, x, p, weights));
      }
    }
    return cases;
  }

  private static List<LoopCase> updates() {
    List<UpdateOptions> options =
        List.of(
            UpdateOptions.PLAIN,
            new UpdateOptions(0.5, 1e-2, false),
            new UpdateOptions(2, 1e-2, true),
            new UpdateOptions(0, 1e-2, false),
            UpdateOptions.PLAIN);
    return Stream.of(
            new SgdUpdate(0, false, options),
            new SgdUpdate(0.9, false, options),
            new SgdUpdate(0.9, true, options),
            new AdamUpdate(0.9, 0.999, 1e-8, options),
            new AdagradUpdate(1e-10, options),
            new RmsPropUpdate(0.99, 1e-8, 0, options),
            new RmsPropUpdate(0.99, 1e-8, 0.9, options))
        .map(LoopCases::update)
        .toList();
  }

  /** All terms of a sum have the same sign, so that none cancels. */
  private static LoopCase update(ParameterUpdate op) {
    int[][] shapes = {{}, {50_021}, {7, 3, 3, 3}, {0}, {513}};
    List<HostArray> inputs = new ArrayList<>();
    for (String scalar : op.scalars()) {
      double value = scalar.equals("lr") ? 1e-2 : scalar.equals("gradientScale") ? 0.25 : 0.19;
      inputs.add(HostArray.scalar(DType.FLOAT32, value));
    }
    List<String> names = new ArrayList<>(List.of("p", "g"));
    names.addAll(op.slots());
    for (String name : names) {
      for (int[] shape : shapes) {
        inputs.add(uniform(name, 0.1, 2, shape));
      }
    }
    return new LoopCase(op.toString(), op, Collections.unmodifiableList(inputs), TWELVE_ROUNDINGS);
  }
}
