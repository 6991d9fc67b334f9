package dev.cambium.conformance.op;

import dev.cambium.conformance.check.BackendUnderTest;
import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.conformance.check.Expectation;
import dev.cambium.graph.Graph;
import dev.cambium.graph.GraphBuilder;
import dev.cambium.op.Emitter;
import dev.cambium.op.Value;
import dev.cambium.tensor.HostArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an operation is lowered to computes the same as the operation itself: a row whose operation
 * has a lowering gives a case in which the lowering's operations run instead of it. In double the
 * two differ by far less than the row's bound for FLOAT32, which any mistake exceeds.
 */
final class LoweringCases {
  private LoweringCases() {}

  /** The case that follows from a row, if its operation is lowered there. */
  static List<ConformanceCase> of(OpCase row) {
    boolean isLowered =
        describe(row, true).operations().stream().noneMatch(o -> o.op().equals(row.op()));
    return isLowered
        ? List.of(
            new ConformanceCase(
                "Lowerings/" + row.id(), row.op().name(), backend -> check(backend, row)))
        : List.of();
  }

  private static List<Value> inputs(GraphBuilder builder, OpCase row) {
    List<Value> inputs = new ArrayList<>();
    for (int i = 0; i < row.operands().size(); i++) {
      inputs.add(builder.input(OpRun.input(i), row.operands().get(i).type()));
    }
    return inputs;
  }

  /** What the row describes, with the operation that it examines or with that one's lowering. */
  private static Graph describe(OpCase row, boolean lowered) {
    GraphBuilder builder = new GraphBuilder();
    Emitter emitter =
        (op, inputs) -> {
          Optional<List<Value>> lowering =
              lowered && op.equals(row.op()) ? op.lower(builder, inputs) : Optional.empty();
          return lowering.orElseGet(() -> builder.emit(op, inputs));
        };
    OpRun.nameOutputs(builder, row.description().emit(emitter, inputs(builder, row)));
    return builder.build();
  }

  private static void check(BackendUnderTest backend, OpCase row) {
    Map<String, HostArray> bindings = new LinkedHashMap<>();
    List<HostArray> values = row.values();
    for (int i = 0; i < values.size(); i++) {
      bindings.put(OpRun.input(i), values.get(i));
    }
    List<Expectation> expectations = new OpOracle(row).expectations(describe(row, false), bindings);
    Map<String, HostArray> got = OpRun.run(backend, describe(row, true), bindings, row.op());
    expectations.forEach(e -> e.check(row.id() + ", lowered", got.get(e.name())));
  }
}
