package dev.cambium.conformance.op;

import dev.cambium.conformance.check.BackendUnderTest;
import dev.cambium.conformance.check.Expectation;
import dev.cambium.conformance.check.MemoryBaseline;
import dev.cambium.graph.Graph;
import dev.cambium.graph.GraphBuilder;
import dev.cambium.op.Op;
import dev.cambium.op.Value;
import dev.cambium.runtime.BufferPool;
import dev.cambium.runtime.ParameterStore;
import dev.cambium.runtime.Plan;
import dev.cambium.spi.Backend;
import dev.cambium.spi.MemoryStatistics;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * A row whose outputs take the place of inputs: these are states that become the outputs, which a
 * plan updates in place where the operation allows it. The results are those of the host function,
 * too.
 */
final class InPlaceRun {
  private static final String INPUT = "input ";

  private final OpCase row;
  private final List<OptionalInt> replaced;

  private InPlaceRun(OpCase row, List<OptionalInt> replaced) {
    this.row = row;
    this.replaced = replaced;
  }

  /**
   * The ways in which outputs of a row may take the place of inputs: of the first that each may
   * share the memory of, and where that is another, of the last.
   */
  static List<InPlaceRun> of(OpCase row) {
    List<ValueType> inputs = types(row);
    return Stream.of(false, true)
        .map(last -> replaced(row.op(), inputs, last))
        .distinct()
        .filter(replaced -> replaced.stream().anyMatch(OptionalInt::isPresent))
        .filter(r -> inputs.stream().allMatch(type -> ((TensorType) type).shape().size() > 0))
        .map(replaced -> new InPlaceRun(row, replaced))
        .toList();
  }

  private static List<ValueType> types(OpCase row) {
    return row.operands().stream().map(operand -> (ValueType) operand.type()).toList();
  }

  /** The input that each output takes the place of, each input once. */
  private static List<OptionalInt> replaced(Op op, List<ValueType> inputs, boolean last) {
    List<ValueType> outputs;
    try {
      outputs = op.infer(inputs);
    } catch (IllegalArgumentException e) {
      return List.of(); // the row's description puts other operations before
    }
    List<OptionalInt> replaced = new ArrayList<>();
    for (int output = 0; output < outputs.size(); output++) {
      OptionalInt found = OptionalInt.empty();
      for (int input = 0; input < inputs.size(); input++) {
        if ((last || found.isEmpty())
            && op.mayAlias(output, input)
            && inputs.get(input).equals(outputs.get(output))
            && !replaced.contains(OptionalInt.of(input))) {
          found = OptionalInt.of(input);
        }
      }
      replaced.add(found);
    }
    return replaced;
  }

  /** Runs the row once. */
  void check(BackendUnderTest backend) {
    List<HostArray> values = row.values();
    Graph graph = graph(values);
    Map<String, HostArray> all = new LinkedHashMap<>();
    for (int i = 0; i < values.size(); i++) {
      all.put(INPUT + i, values.get(i));
    }
    List<Expectation> expectations = expectations(all);
    Backend shared = backend.shared();
    MemoryStatistics before = shared.memory();
    try (ParameterStore store = new ParameterStore(shared);
        BufferPool pool = new BufferPool(shared)) {
      graph.states().forEach(state -> store.create(state.path(), all.get(state.path())));
      try (Plan plan = Plan.of(graph, store, pool)) {
        OpRun.note(backend, plan, row.op());
        graph.inputs().forEach(input -> plan.bind(input.path(), all.get(input.path())));
        plan.run();
      }
      expectations.forEach(e -> e.check(row.id() + ", in place", store.get(e.name())));
    }
    MemoryBaseline.require(row.id() + ", in place", before, shared.memory());
  }

  private Graph graph(List<HostArray> values) {
    GraphBuilder builder = new GraphBuilder();
    List<Value> inputs = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      TensorType type = values.get(i).type();
      inputs.add(
          replaced.contains(OptionalInt.of(i))
              ? builder.state(INPUT + i, type)
              : builder.input(INPUT + i, type));
    }
    List<Value> outputs = row.description().emit(builder, inputs);
    for (int output = 0; output < outputs.size(); output++) {
      if (replaced.get(output).isPresent()) {
        builder.assign(inputs.get(replaced.get(output).getAsInt()), outputs.get(output));
      }
    }
    return builder.build();
  }

  /** Of each replaced input, by its name, what the row expects of the output. */
  private List<Expectation> expectations(Map<String, HostArray> all) {
    GraphBuilder builder = new GraphBuilder();
    List<Value> inputs = new ArrayList<>();
    all.forEach((name, value) -> inputs.add(builder.input(name, value.type())));
    List<Value> outputs = row.description().emit(builder, inputs);
    for (int output = 0; output < outputs.size(); output++) {
      if (replaced.get(output).isPresent()) {
        builder.name(INPUT + replaced.get(output).getAsInt(), outputs.get(output));
      }
    }
    return new OpOracle(row).expectations(builder.build(), all);
  }
}
