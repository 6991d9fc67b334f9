package dev.cambium.op;

import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

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
}
