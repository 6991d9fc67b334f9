package dev.cambium.conformance.op;

import dev.cambium.conformance.check.BackendUnderTest;
import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.conformance.check.MemoryBaseline;
import dev.cambium.spi.Backend;
import dev.cambium.spi.MemoryStatistics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Lists of launches that a backend runs again and again by its own {@code sequence}. */
final class SequenceCases {
  private static final String GROUP = "Sequence/";

  /** So many rows of each operation. */
  private static final int ROWS = 2;

  /** The copies of larger ones take long and show no more. */
  private static final long MOST_ELEMENTS = 1 << 13;

  private SequenceCases() {}

  /** Some small rows of each operation, from all over its tables, and what lists alone can show. */
  static List<ConformanceCase> of(List<OpCase> rows) {
    List<ConformanceCase> cases = new ArrayList<>();
    add(cases, "kernels shared by two, in turn", device -> SequenceOrder.of(device).inTurn());
    add(cases, "kernels that run elsewhere, too", device -> SequenceOrder.of(device).elsewhere());
    add(cases, "made again in the same memory", device -> SequenceOrder.of(device).again());
    add(cases, "closed beside another one", device -> SequenceOrder.of(device).closedBeside());
    add(cases, "inputs by upload, copy and fill", device -> SequenceOrder.of(device).allInputs());
    add(cases, "of no launch, and of more", device -> SequenceOrder.of(device).lengths());
    add(cases, "updates in place, as one by one", SequenceUpdates::check);
    Map<String, List<OpCase>> byOp = new LinkedHashMap<>();
    for (OpCase row : rows) {
      long elements = row.operands().stream().mapToLong(o -> o.type().shape().size()).sum();
      if (elements <= MOST_ELEMENTS
          && row.operands().stream().allMatch(o -> o.type().shape().size() > 0)) {
        byOp.computeIfAbsent(row.op().name(), name -> new ArrayList<>()).add(row);
      }
    }
    for (List<OpCase> all : byOp.values()) {
      for (int i = 0; i < ROWS; i++) {
        OpCase row = all.get(all.size() * (2 * i + 1) / (2 * ROWS));
        cases.add(
            new ConformanceCase(GROUP + row.id(), row.op().name(), new SequenceRun(row)::check));
      }
    }
    return cases;
  }

  private static void add(List<ConformanceCase> cases, String what, Consumer<Backend> check) {
    String id = GROUP + what;
    cases.add(new ConformanceCase(id, "", backend -> check(backend, id, check)));
  }

  private static void check(BackendUnderTest backend, String id, Consumer<Backend> check) {
    Backend device = backend.unstrict();
    MemoryStatistics before = device.memory();
    check.accept(device);
    MemoryBaseline.require(id, before, device.memory());
  }
}
