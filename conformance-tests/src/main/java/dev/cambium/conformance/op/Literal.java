package dev.cambium.conformance.op;

import dev.cambium.conformance.check.BackendUnderTest;
import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.conformance.check.Expectation;
import dev.cambium.graph.GraphBuilder;
import dev.cambium.op.Op;
import dev.cambium.op.Value;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An operation whose outputs are known without any implementation of ours. It is about what an
 * operation means; how exactly it is computed, the tables say. So a bound is one for all elements
 * of an output: 2^-20 of the largest in FLOAT32, 1e-9 of it in FLOAT64.
 *
 * @param what the example and where its numbers come from
 * @param op the operation
 * @param inputs its inputs; those of FLOAT64 stand for either floating type
 * @param outputs what its first outputs must be, in row-major order; of the others nothing is said
 */
record Literal(String what, Op op, List<HostArray> inputs, List<double[]> outputs) {
  /** An example without inputs and outputs yet. */
  static Literal of(String what, Op op) {
    return new Literal(what, op, List.of(), List.of());
  }

  /** A floating input more. */
  Literal input(Shape shape, double... values) {
    return input(DType.FLOAT64, shape, values);
  }

  /** An input more. */
  Literal input(DType dtype, Shape shape, double... values) {
    List<HostArray> more = new ArrayList<>(inputs);
    more.add(HostArray.of(new TensorType(dtype, shape), values));
    return new Literal(what, op, List.copyOf(more), outputs);
  }

  /** The next output. */
  Literal output(double... values) {
    List<double[]> more = new ArrayList<>(outputs);
    more.add(values);
    return new Literal(what, op, inputs, List.copyOf(more));
  }

  /** The example in both floating types. */
  List<ConformanceCase> cases() {
    return List.of(of(DType.FLOAT32), of(DType.FLOAT64));
  }

  private ConformanceCase of(DType dtype) {
    String id = "Literals/" + op.name() + "/" + what + "/" + dtype;
    return new ConformanceCase(id, op.name(), backend -> check(backend, id, dtype));
  }

  private void check(BackendUnderTest backend, String id, DType dtype) {
    GraphBuilder builder = new GraphBuilder();
    Map<String, HostArray> bindings = new LinkedHashMap<>();
    List<Value> values = new ArrayList<>();
    for (HostArray input : inputs) {
      String name = OpRun.input(bindings.size());
      HostArray value = input.dtype() == DType.FLOAT64 ? converted(input, dtype) : input;
      bindings.put(name, value);
      values.add(builder.input(name, value.type()));
    }
    List<Value> results = builder.emit(op, values);
    OpRun.nameOutputs(builder, results);
    Map<String, HostArray> got = OpRun.run(backend, builder.build(), bindings, op);
    for (int i = 0; i < results.size(); i++) {
      if (!(results.get(i).type() instanceof Opaque) && i < outputs.size()) {
        expectation(i, results.get(i).tensorType()).check(id, got.get(OpRun.output(i)));
      }
    }
  }

  private static HostArray converted(HostArray value, DType dtype) {
    return HostArray.of(new TensorType(dtype, value.shape()), value.toDoubles());
  }

  private Expectation expectation(int output, TensorType type) {
    double[] expected = outputs.get(output);
    double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    double[] bound = new double[expected.length];
    double relative =
        switch (type.dtype()) {
          case FLOAT32 -> 0x1p-20;
          case FLOAT64 -> 1e-9;
          case INT32, INT64, UINT8 -> 0;
        };
    Arrays.fill(bound, relative * largest);
    return new Expectation(OpRun.output(output), new DoubleArray(type.shape(), expected), bound);
  }
}
