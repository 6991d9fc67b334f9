package dev.cambium.conformance.op;

import dev.cambium.conformance.check.BackendUnderTest;
import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.conformance.check.Expectation;
import dev.cambium.conformance.check.MemoryBaseline;
import dev.cambium.op.Value;
import dev.cambium.runtime.Eager;
import dev.cambium.spi.Backend;
import dev.cambium.spi.MemoryStatistics;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Opaque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Operations one at a time, as {@link Eager} runs them: a kernel meets other buffers every time,
 * which in a plan it never does, and must remember none.
 */
final class EagerCases {
  /** So many rows of each operation. */
  private static final int ROWS = 3;

  private EagerCases() {}

  /** Some rows of each operation, from all over its tables. */
  static List<ConformanceCase> of(List<OpCase> rows) {
    Map<String, List<OpCase>> byOp = new LinkedHashMap<>();
    for (OpCase row : rows) {
      if (row.operands().stream().allMatch(operand -> operand.type().shape().size() > 0)) {
        byOp.computeIfAbsent(row.op().name(), name -> new ArrayList<>()).add(row);
      }
    }
    List<ConformanceCase> cases = new ArrayList<>();
    for (List<OpCase> all : byOp.values()) {
      for (int i = 0; i < ROWS; i++) {
        OpCase row = all.get(all.size() * (2 * i + 1) / (2 * ROWS));
        cases.add(
            new ConformanceCase(
                "Eager/" + row.id(), row.op().name(), backend -> check(backend, row)));
      }
    }
    return cases;
  }

  private static void check(BackendUnderTest backend, OpCase row) {
    List<Expectation> expectations = new OpRun(row).expectations();
    Backend shared = backend.shared();
    MemoryStatistics before = shared.memory();
    try (Eager eager = new Eager(shared)) {
      List<Value> first = emit(eager, row, row.values());
      Map<String, HostArray> got = fetch(eager, first);
      expectations.forEach(e -> e.check("Eager/" + row.id(), got.get(e.name())));
      List<Value> second = emit(eager, row, row.otherValues());
      requireSameBits(row, "after another run", got, fetch(eager, first));
      Map<String, HostArray> others = fetch(eager, second);
      requireSameBits(row, "run again", got, fetch(eager, emit(eager, row, row.values())));
      requireSameBits(row, "after a third run", others, fetch(eager, second));
    }
    MemoryBaseline.require("Eager/" + row.id(), before, shared.memory());
  }

  private static List<Value> emit(Eager eager, OpCase row, List<HostArray> values) {
    return row.description()
        .emit(eager, values.stream().map(v -> (Value) eager.tensor(v)).toList());
  }

  private static Map<String, HostArray> fetch(Eager eager, List<Value> outputs) {
    Map<String, HostArray> fetched = new LinkedHashMap<>();
    for (int i = 0; i < outputs.size(); i++) {
      if (!(outputs.get(i).type() instanceof Opaque)) {
        fetched.put(OpRun.output(i), eager.fetch(outputs.get(i)));
      }
    }
    return fetched;
  }

  private static void requireSameBits(
      OpCase row, String when, Map<String, HostArray> want, Map<String, HostArray> got) {
    want.forEach(
        (name, value) ->
            Expectation.requireSameBits(
                "Eager/" + row.id() + ", " + when, name, value, got.get(name)));
  }
}
