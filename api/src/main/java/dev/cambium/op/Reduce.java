package dev.cambium.op;

import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Sum, mean or maximum over some axes; no axes leave the input as it is.
 *
 * <p>Input: {@code x}, floating. Output: {@code y} of x's type, without the axes, or with 1 in
 * their place if {@code keepDimensions}. A sum over nothing is 0; a mean or maximum over nothing is
 * an error, unless the output is empty, too. A NaN among the elements gives NaN. The maximum has no
 * gradient.
 *
 * @param function what to compute
 * @param axes the axes to reduce, counted from 0, each at most once; kept in ascending order
 * @param keepDimensions whether the reduced axes stay with size 1
 */
public record Reduce(Function function, List<Integer> axes, boolean keepDimensions) implements Op {
  /** What a reduction computes. */
  public enum Function {
    /** The sum of the elements. */
    SUM,
    /** The sum of the elements divided by their number. */
    MEAN,
    /** The largest element. */
    MAXIMUM
  }

  /** Checks the axes. */
  public Reduce {
    Objects.requireNonNull(function, "function");
    List<Integer> sorted = axes.stream().sorted().toList();
    if (sorted.stream().distinct().count() != sorted.size()
        || (!sorted.isEmpty() && sorted.get(0) < 0)) {
      throw new IllegalArgumentException(
          "axes of Reduce must be at least 0 and each occur once, got " + axes);
    }
    axes = sorted;
  }

  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    Operands operands = Operands.of(this, inputs, "x");
    TensorType x = operands.floating(0);
    int rank = x.shape().rank();
    operands.require(
        0,
        axes.isEmpty() || axes.get(axes.size() - 1) < rank,
        "a rank above the last of the axes " + axes);
    Shape y = output(x.shape(), keepDimensions);
    operands.require(
        0,
        function == Function.SUM || y.size() == 0 || x.shape().size() > 0,
        "at least one element to take the " + function.name().toLowerCase(Locale.ROOT) + " of");
    return List.of(x.withShape(y));
  }

  private Shape output(Shape x, boolean keep) {
    List<Integer> dimensions = new ArrayList<>();
    for (int axis = 0; axis < x.rank(); axis++) {
      if (!axes.contains(axis)) {
        dimensions.add(x.dim(axis));
      } else if (keep) {
        dimensions.add(1);
      }
    }
    return Shape.of(dimensions);
  }

  @Override
  public List<Optional<Value>> gradient(
      Emitter emitter,
      List<Value> inputs,
      List<Value> outputs,
      List<Optional<Value>> outputGradients) {
    if (function == Function.MAXIMUM) {
      throw new UnsupportedOperationException(
          "Reduce MAXIMUM has no gradient; keep it off the path from parameters to the loss");
    }
    Shape x = inputs.get(0).shape();
    Shape kept = output(x, true);
    double share = function == Function.MEAN ? 1.0 / count(x) : 1;
    return List.of(
        outputGradients
            .get(0)
            .map(dy -> emitter.emit(new Reshape(kept), dy))
            .map(dy -> share == 1 ? dy : emitter.emit(new Affine(share, 0), dy))
            .map(dy -> emitter.emit(new Broadcast(x), dy)));
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(this::reduce);
  }

  private void reduce(List<DoubleArray> inputs, List<DoubleArray> outputs) {
    Shape x = inputs.get(0).shape();
    double[] from = inputs.get(0).values();
    double[] to = outputs.get(0).values();
    int[] target = Strides.offsets(x, Strides.stretched(output(x, true), x));
    Arrays.fill(to, function == Function.MAXIMUM ? Double.NEGATIVE_INFINITY : 0);
    for (int i = 0; i < from.length; i++) {
      int at = target[i];
      to[at] = function == Function.MAXIMUM ? Math.max(to[at], from[i]) : to[at] + from[i];
    }
    if (function == Function.MEAN) {
      double count = count(x);
      for (int i = 0; i < to.length; i++) {
        to[i] /= count;
      }
    }
  }

  /** How many elements go into one. */
  private long count(Shape x) {
    return axes.stream().mapToLong(x::dim).reduce(1, Math::multiplyExact);
  }
}
