package dev.cambium.conformance.op;

import dev.cambium.conformance.check.BackendUnderTest;
import dev.cambium.conformance.check.Expectation;
import dev.cambium.conformance.check.MemoryBaseline;
import dev.cambium.graph.Graph;
import dev.cambium.graph.GraphBuilder;
import dev.cambium.op.Value;
import dev.cambium.runtime.BufferPool;
import dev.cambium.runtime.ParameterStore;
import dev.cambium.runtime.Plan;
import dev.cambium.spi.Backend;
import dev.cambium.spi.MemoryStatistics;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Opaque;
import java.util.ArrayList;
import java.util.List;

/**
 * A row several times side by side in one plan, so that a backend gets a list of several launches,
 * and runs it as it pleases: strict checks, which launch one by one, are off. Every run has other
 * inputs than the one before, and all that it gives must be right: whatever a backend keeps from
 * run to run, it must not be a value, and the launches must all run, each on its own buffers.
 */
final class SequenceRun {
  /** So many launches at least; a backend may keep a list from some length on only. */
  private static final int COPIES = 4;

  /** So many kinds of numbers. */
  private static final int DRAWS = 3;

  /** A backend may do something else in its first runs. */
  private static final int RUNS = 5;

  private final OpCase row;

  SequenceRun(OpCase row) {
    this.row = row;
  }

  /** Runs it, again and again. */
  void check(BackendUnderTest backend) {
    List<List<HostArray>> draws = new ArrayList<>();
    List<List<Expectation>> expectations = new ArrayList<>();
    for (int draw = 0; draw < DRAWS; draw++) {
      draws.add(row.values(draw));
      expectations.add(new OpRun(row).expectations(draws.get(draw)));
    }
    Graph graph = graph();
    Backend device = backend.unstrict();
    MemoryStatistics before = device.memory();
    try (ParameterStore store = new ParameterStore(device);
        BufferPool pool = new BufferPool(device);
        Plan plan = Plan.of(graph, store, pool)) {
      OpRun.note(backend, plan, row.op());
      for (int run = 0; run < RUNS; run++) {
        for (int copy = 0; copy < COPIES; copy++) {
          bind(plan, copy, draws.get((run + copy) % DRAWS));
        }
        plan.run();
        for (int copy = 0; copy < COPIES; copy++) {
          String where = row.id() + ", run " + (run + 1) + " as a sequence";
          for (Expectation expectation : expectations.get((run + copy) % DRAWS)) {
            expectation.check(where, plan.fetch(of(copy, expectation.name())));
          }
        }
      }
    }
    MemoryBaseline.require(row.id(), before, device.memory());
  }

  private static String of(int copy, String name) {
    return name + " of copy " + copy;
  }

  private static void bind(Plan plan, int copy, List<HostArray> values) {
    for (int i = 0; i < values.size(); i++) {
      plan.bind(of(copy, OpRun.input(i)), values.get(i));
    }
  }

  private Graph graph() {
    GraphBuilder builder = new GraphBuilder();
    for (int copy = 0; copy < COPIES; copy++) {
      List<Value> inputs = new ArrayList<>();
      for (int i = 0; i < row.operands().size(); i++) {
        inputs.add(builder.input(of(copy, OpRun.input(i)), row.operands().get(i).type()));
      }
      List<Value> outputs = row.description().emit(builder, inputs);
      for (int i = 0; i < outputs.size(); i++) {
        if (!(outputs.get(i).type() instanceof Opaque)) {
          builder.name(of(copy, OpRun.output(i)), outputs.get(i));
        }
      }
    }
    return builder.build();
  }
}
