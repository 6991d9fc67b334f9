package dev.cambium.conformance.op;

import dev.cambium.conformance.check.BackendUnderTest;
import dev.cambium.conformance.check.Expectation;
import dev.cambium.conformance.check.MemoryBaseline;
import dev.cambium.graph.Graph;
import dev.cambium.graph.GraphBuilder;
import dev.cambium.op.Op;
import dev.cambium.op.Value;
import dev.cambium.runtime.BufferPool;
import dev.cambium.runtime.Coverage;
import dev.cambium.runtime.ParameterStore;
import dev.cambium.runtime.Plan;
import dev.cambium.spi.Backend;
import dev.cambium.spi.MemoryStatistics;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Opaque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A row on a backend, as a plan runs it: natively, lowered or on the host. Beside the values it
 * checks that the inputs come back unchanged, that a second run gives the same bits, that nothing
 * is left of other inputs before, and that all memory is given back.
 */
final class OpRun {
  private static final String INPUT = "input ";
  private static final String OUTPUT = "output ";

  /** Compares a value of a backend with what was expected of it. */
  @FunctionalInterface
  interface Judge {
    /**
     * Looks at one output.
     *
     * @param backend where it was computed; its notes know how by now
     * @throws AssertionError when the value is wrong
     */
    void judge(BackendUnderTest backend, Expectation expectation, HostArray got);
  }

  private final OpCase row;
  private final Judge judge;

  OpRun(OpCase row) {
    this(row, (backend, expectation, got) -> expectation.check(row.id(), got));
  }

  /** A run whose outputs are right in more than one way. */
  OpRun(OpCase row, Judge judge) {
    this.row = row;
    this.judge = judge;
  }

  /** The name of an input. */
  static String input(int index) {
    return INPUT + index;
  }

  /** The name of an output. */
  static String output(int index) {
    return OUTPUT + index;
  }

  /** Names the outputs, caches excepted, so that they can be fetched. */
  static void nameOutputs(GraphBuilder builder, List<Value> outputs) {
    for (int i = 0; i < outputs.size(); i++) {
      if (!(outputs.get(i).type() instanceof Opaque)) {
        builder.name(OUTPUT + i, outputs.get(i));
      }
    }
  }

  /** Runs a graph once, and notes how {@code examined} ran. */
  static Map<String, HostArray> run(
      BackendUnderTest backend, Graph graph, Map<String, HostArray> bindings, Op examined) {
    Backend shared = backend.shared();
    try (ParameterStore store = new ParameterStore(shared);
        BufferPool pool = new BufferPool(shared);
        Plan plan = Plan.of(graph, store, pool)) {
      note(backend, plan, examined);
      bindings.forEach(plan::bind);
      plan.run();
      return fetch(graph, plan);
    }
  }

  /** What the row's outputs must be. */
  List<Expectation> expectations() {
    return expectations(row.values());
  }

  /** What the row's outputs must be on these inputs. */
  List<Expectation> expectations(List<HostArray> values) {
    return new OpOracle(row).expectations(graph(values), bindings(values));
  }

  /** Runs the row. */
  void check(BackendUnderTest backend) {
    List<HostArray> values = row.values();
    Graph graph = graph(values);
    List<Expectation> expectations = new OpOracle(row).expectations(graph, bindings(values));
    Backend shared = backend.shared();
    MemoryStatistics baseline = shared.memory();
    try (ParameterStore store = new ParameterStore(shared);
        BufferPool pool = new BufferPool(shared);
        Plan plan = Plan.of(graph, store, pool)) {
      note(backend, plan, row.op());
      Map<String, HostArray> others = bindings(row.otherValues());
      Map<String, HostArray> before = run(graph, plan, others);
      Map<String, HostArray> got = run(graph, plan, bindings(values));
      expectations.forEach(e -> judge.judge(backend, e, got.get(e.name())));
      requireSameBits("after the run", bindings(values), got);
      requireSameBits("run again", got, run(graph, plan, bindings(values)));
      requireSameBits("on the first inputs again", before, run(graph, plan, others));
    }
    MemoryBaseline.require(row.id(), baseline, shared.memory());
  }

  private static Map<String, HostArray> run(
      Graph graph, Plan plan, Map<String, HostArray> bindings) {
    bindings.forEach(plan::bind);
    plan.run();
    return fetch(graph, plan);
  }

  private void requireSameBits(
      String when, Map<String, HostArray> want, Map<String, HostArray> got) {
    want.forEach(
        (name, value) ->
            Expectation.requireSameBits(row.id() + ", " + when, name, value, got.get(name)));
  }

  /** The plan's way with the examined operation. */
  static void note(BackendUnderTest backend, Plan plan, Op examined) {
    plan.coverage().stream()
        .filter(coverage -> coverage.op().equals(examined))
        .forEach(backend.notes()::ran);
  }

  private Graph graph(List<HostArray> values) {
    GraphBuilder builder = new GraphBuilder();
    List<Value> inputs = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      Value input = builder.input(INPUT + i, values.get(i).type());
      builder.name(INPUT + i, input);
      inputs.add(input);
    }
    List<Value> outputs = row.description().emit(builder, inputs);
    nameOutputs(builder, outputs);
    return builder.build();
  }

  private static Map<String, HostArray> bindings(List<HostArray> values) {
    Map<String, HostArray> bindings = new LinkedHashMap<>();
    for (int i = 0; i < values.size(); i++) {
      bindings.put(INPUT + i, values.get(i));
    }
    return bindings;
  }

  private static Map<String, HostArray> fetch(Graph graph, Plan plan) {
    Map<String, HostArray> fetched = new LinkedHashMap<>();
    graph.named().keySet().forEach(name -> fetched.put(name, plan.fetch(name)));
    return fetched;
  }

  /** How an operation may run, best first. */
  static boolean isNative(Coverage.How how) {
    return how == Coverage.How.NATIVE || how == Coverage.How.VIEW;
  }
}
