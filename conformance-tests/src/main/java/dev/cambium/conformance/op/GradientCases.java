package dev.cambium.conformance.op;

import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.graph.GraphBuilder;
import dev.cambium.op.BatchNormInference;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Broadcast;
import dev.cambium.op.Cast;
import dev.cambium.op.CrossEntropy;
import dev.cambium.op.Op;
import dev.cambium.op.Reduce;
import dev.cambium.op.Reshape;
import dev.cambium.op.Transpose;
import dev.cambium.op.UnaryMath;
import dev.cambium.op.Value;
import dev.cambium.runtime.GradientCheck;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The rule of every operation's gradient by central differences in double, at all shapes and
 * settings of the tables: a row with real numbers, or with any where they are only moved, gives a
 * case for each output that has a gradient. The output is multiplied by random weights and summed,
 * so that no symmetry hides a mistake.
 */
final class GradientCases {
  private static final String REALS = "/reals";
  private static final String INTEGERS = "/integers";
  private static final String WEIGHTS = "weights";

  /** Elements per input, drawn at random. */
  private static final int ENTRIES = 5;

  private GradientCases() {}

  /** The cases that follow from a row; none where nothing is differentiable or nothing is there. */
  static List<ConformanceCase> of(OpCase row) {
    boolean plain =
        (row.id().endsWith(REALS) || (moves(row.op()) && row.id().endsWith(INTEGERS)))
            && row.operands().stream().allMatch(operand -> operand.type().shape().size() > 0)
            && row.operands().stream().noneMatch(o -> o.type().dtype() == DType.FLOAT64);
    if (!plain) {
      return List.of();
    }
    List<ConformanceCase> cases = new ArrayList<>();
    for (int output = 0; output < outputs(row); output++) {
      int examined = output;
      if (isDifferentiable(row, output)) {
        String id = "Gradients/" + row.id().substring(0, row.id().lastIndexOf('/'));
        cases.add(
            new ConformanceCase(
                id + "/output " + output, row.op().name(), backend -> check(row, examined)));
      }
    }
    return cases;
  }

  /** Whether numbers are passed on as they are, so that the tables have no need of real ones. */
  private static boolean moves(Op op) {
    return op instanceof Reshape
        || op instanceof Transpose
        || op instanceof Broadcast
        || op.equals(new Cast(DType.FLOAT64));
  }

  private static int outputs(OpCase row) {
    GraphBuilder builder = new GraphBuilder();
    return row.description().emit(builder, inputs(builder, row)).size();
  }

  private static boolean isDifferentiable(OpCase row, int output) {
    GraphBuilder builder = new GraphBuilder();
    Value result = row.description().emit(builder, inputs(builder, row)).get(output);
    if (!(result.type() instanceof TensorType type)
        || !type.dtype().isFloating()
        || type.shape().size() == 0) {
      return false;
    }
    return row.operands().stream().anyMatch(operand -> operand.type().dtype().isFloating())
        && hasRule(row.op())
        && !withoutGradient(row.op(), output);
  }

  /** Whether an operation says anything about its gradient. */
  static boolean hasRule(Op op) {
    return Arrays.stream(op.getClass().getDeclaredMethods())
        .anyMatch(method -> method.getName().equals("gradient") && !method.isSynthetic());
  }

  /** Outputs of operations with a rule that no loss may depend on, or whose gradient is 0. */
  private static boolean withoutGradient(Op op, int output) {
    return (op instanceof Reduce reduce && reduce.function() == Reduce.Function.MAXIMUM)
        || (op instanceof UnaryMath math && math.function() == UnaryMath.Function.SIGN)
        || (op instanceof CrossEntropy && output == 1);
  }

  /** Floating inputs that no gradient flows to: statistics, targets, class weights. */
  private static boolean isConstant(Op op, int output, int input) {
    return (op instanceof BatchNormInference && input >= 3)
        || (op instanceof CrossEntropy && input >= 1)
        || (op instanceof BatchNormTraining && output >= 1 && input >= 1);
  }

  private static List<Value> inputs(GraphBuilder builder, OpCase row) {
    List<Value> inputs = new ArrayList<>();
    for (int i = 0; i < row.operands().size(); i++) {
      inputs.add(builder.input(name(i), doubled(row.operands().get(i).type())));
    }
    return inputs;
  }

  private static String name(int input) {
    return "input " + input;
  }

  private static TensorType doubled(TensorType type) {
    return type.dtype().isFloating() ? new TensorType(DType.FLOAT64, type.shape()) : type;
  }

  /** sum of weights * result. */
  private static Value weighted(GraphBuilder builder, Value result) {
    Value weights = builder.input(WEIGHTS, result.tensorType());
    Value product = builder.emit(new BinaryMath(BinaryMath.Function.MULTIPLY), result, weights);
    List<Integer> axes = IntStream.range(0, result.shape().rank()).boxed().toList();
    return builder.emit(new Reduce(Reduce.Function.SUM, axes, false), product);
  }

  /** Of one size, as the difference of two sums of very many large numbers says nothing. */
  private static List<HostArray> reals(OpCase row) {
    SplittableRandom random = row.random();
    return row.operands().stream()
        .map(operand -> new Operand(operand.type(), Draw.normal()).value(random))
        .toList();
  }

  private static void check(OpCase row, int output) {
    Map<String, HostArray> values = new LinkedHashMap<>();
    List<HostArray> drawn = moves(row.op()) ? reals(row) : row.values();
    for (int i = 0; i < drawn.size(); i++) {
      HostArray value = drawn.get(i);
      values.put(name(i), HostArray.of(doubled(value.type()), value.toDoubles()));
    }
    GraphBuilder shapes = new GraphBuilder();
    TensorType result =
        row.description().emit(shapes, inputs(shapes, row)).get(output).tensorType();
    values.put(WEIGHTS, new Operand(result, Draw.uniform(-1, 1)).value(row.random()));
    List<GradientCheck.Result> results =
        new GradientCheck(
                builder ->
                    weighted(
                        builder, row.description().emit(builder, inputs(builder, row)).get(output)),
                values,
                ENTRIES)
            .run();
    results.forEach(found -> require(row, found));
    for (int input = 0; input < drawn.size(); input++) {
      String name = name(input);
      if (values.get(name).dtype() == DType.FLOAT64
          && !isConstant(row.op(), output, input)
          && results.stream().noneMatch(found -> found.name().equals(name))) {
        throw new AssertionError(row.id() + ": no gradient reaches " + name);
      }
    }
  }

  private static void require(OpCase row, GradientCheck.Result result) {
    if (!result.passed()) {
      throw new AssertionError(
          String.format(
              Locale.ROOT,
              "%s: gradient of %s[%d] expected %.9g as by central differences, got %.9g",
              row.id(),
              result.name(),
              result.index(),
              result.difference(),
              result.gradient()));
    }
  }
}
