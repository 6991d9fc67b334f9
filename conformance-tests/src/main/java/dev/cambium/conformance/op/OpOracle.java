package dev.cambium.conformance.op;

import dev.cambium.conformance.check.Expectation;
import dev.cambium.conformance.check.HostEvaluation;
import dev.cambium.graph.Graph;
import dev.cambium.graph.Node.Operation;
import dev.cambium.graph.Node.Output;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the operation of a row must give, from its host function in double, and how exactly. */
final class OpOracle {
  /** The share of zeros from which on an answer says too little. */
  private static final double MOSTLY = 0.8;

  private final OpCase row;

  OpOracle(OpCase row) {
    this.row = row;
  }

  /** An expectation for each named output of the row's operation. */
  List<Expectation> expectations(Graph graph, Map<String, HostArray> sources) {
    Map<String, DoubleArray> values = new LinkedHashMap<>();
    sources.forEach(
        (name, value) -> values.put(name, new DoubleArray(value.shape(), value.toDoubles())));
    HostEvaluation evaluation = new HostEvaluation(graph, values, HostEvaluation.EXACT);
    Operation operation =
        graph.operations().stream()
            .filter(candidate -> candidate.op().equals(row.op()))
            .reduce((first, last) -> last)
            .orElseThrow(() -> new IllegalStateException(row.id() + " emits no " + row.op()));
    Evaluated evaluated =
        new Evaluated(
            row.op(),
            evaluation.inputs(operation),
            stored(operation, evaluation.outputs(operation)),
            unit(operation),
            tiny(operation));
    List<double[]> bounds = row.tolerance().bounds(evaluated);
    List<Expectation> expectations = new ArrayList<>();
    graph
        .named()
        .forEach(
            (name, output) -> {
              if (output.node() == operation) {
                DoubleArray exact = evaluated.outputs().get(output.index());
                expectations.add(new Expectation(name, exact, bounds.get(output.index())));
              }
            });
    if (expectations.isEmpty()) {
      throw new IllegalStateException(row.id() + " returns no output of " + row.op());
    }
    expectations.forEach(this::requireBounded);
    if (!row.mayBeZero()) {
      requireInformative(expectations);
    }
    return expectations;
  }

  /** What an output of an integer type holds is truncated towards zero. */
  private static List<DoubleArray> stored(Operation operation, List<DoubleArray> exact) {
    List<DoubleArray> stored = new ArrayList<>(exact);
    for (int i = 0; i < stored.size(); i++) {
      if (operation.output(i).type() instanceof TensorType tensor && !tensor.dtype().isFloating()) {
        stored.set(i, Evaluated.map(exact.get(i), x -> x < 0 ? Math.ceil(x) : Math.floor(x)));
      }
    }
    return stored;
  }

  /** A bound that is none, where a number is expected, would let everything pass. */
  private void requireBounded(Expectation expectation) {
    double[] values = expectation.expected().values();
    for (int i = 0; i < values.length; i++) {
      double bound = expectation.bound()[i];
      if (Math.abs(values[i]) <= Float.MAX_VALUE && !(bound >= 0 && bound < Float.MAX_VALUE)) {
        throw new AssertionError(
            row.id()
                + ": the case is mistrusted, "
                + expectation.name()
                + " element "
                + i
                + " is "
                + values[i]
                + " within "
                + bound
                + "; give it other data");
      }
    }
  }

  private void requireInformative(List<Expectation> expectations) {
    long elements = 0;
    long zeros = 0;
    for (Expectation expectation : expectations) {
      double[] values = expectation.expected().values();
      elements += values.length;
      zeros += Arrays.stream(values).filter(value -> value == 0).count();
    }
    if (zeros > MOSTLY * elements && elements > 1) {
      throw new AssertionError(
          row.id()
              + ": the case is mistrusted, "
              + zeros
              + " of "
              + elements
              + " expected values are 0; give it other data");
    }
  }

  private static DType dtype(Operation operation) {
    for (Output output : operation.outputs()) {
      if (output.type() instanceof TensorType tensor && tensor.dtype().isFloating()) {
        return tensor.dtype();
      }
    }
    return DType.INT32;
  }

  private static double unit(Operation operation) {
    return switch (dtype(operation)) {
      case FLOAT32 -> 0x1p-24;
      case FLOAT64 -> 0x1p-53;
      case INT32, INT64, UINT8 -> 0;
    };
  }

  private static double tiny(Operation operation) {
    return switch (dtype(operation)) {
      case FLOAT32 -> Float.MIN_NORMAL;
      case FLOAT64 -> Double.MIN_NORMAL;
      case INT32, INT64, UINT8 -> 0;
    };
  }
}
