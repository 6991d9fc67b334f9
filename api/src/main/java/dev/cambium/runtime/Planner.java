package dev.cambium.runtime;

import dev.cambium.graph.Assignment;
import dev.cambium.graph.Graph;
import dev.cambium.graph.Node;
import dev.cambium.op.Emitter;
import dev.cambium.op.HostFunction;
import dev.cambium.op.Op;
import dev.cambium.op.Value;
import dev.cambium.runtime.PlanValue.Home;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Packer;
import dev.cambium.spi.Prepared;
import dev.cambium.spi.View;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns a graph into steps for one backend: asks for a kernel for every operation; what is declined
 * is lowered, else computed on the host; inputs that a kernel wants packed get a step that packs
 * them. Steps that depend on nothing that changes from run to run come first and form the prologue.
 */
final class Planner {
  private record PackedInput(PlanValue source, Opaque type) {}

  private final Backend backend;
  private final Map<Node.Output, PlanValue> values = new HashMap<>();
  private final Map<PackedInput, PlanValue> packed = new HashMap<>();
  private final Set<PlanValue> constants = new HashSet<>();
  private final List<Step> prologue = new ArrayList<>();
  private final List<Step> body = new ArrayList<>();

  final List<Coverage> coverage = new ArrayList<>();
  final Map<String, PlanValue> inputs = new LinkedHashMap<>();
  final Map<String, PlanValue> states = new LinkedHashMap<>();
  final Map<String, PlanValue> named = new LinkedHashMap<>();
  final Map<PlanValue, PlanValue> assignments = new LinkedHashMap<>();
  final List<AutoCloseable> owned = new ArrayList<>();

  Planner(Backend backend) {
    this.backend = backend;
  }

  /** Makes all steps; on failure frees what was prepared so far. */
  void plan(Graph graph) {
    try {
      Set<Node> assigned = new HashSet<>();
      graph.assignments().forEach(assignment -> assigned.add(assignment.state()));
      for (Node node : graph.nodes()) {
        place(node, assigned.contains(node));
      }
      graph.named().forEach((name, value) -> named.put(name, values.get(value)));
      for (Assignment assignment : graph.assignments()) {
        assignments.put(values.get(assignment.state().output(0)), values.get(assignment.next()));
      }
    } catch (RuntimeException | Error e) {
      owned.forEach(resource -> Plan.closeAfter(e, resource));
      throw e;
    }
  }

  /** All steps, the prologue first. */
  List<Step> steps() {
    List<Step> all = new ArrayList<>(prologue);
    all.addAll(body);
    return all;
  }

  /** How many of the steps belong to the prologue. */
  int prologueSize() {
    return prologue.size();
  }

  private void place(Node node, boolean assigned) {
    if (node instanceof Node.Input) {
      PlanValue value = new PlanValue(node.output(0).type(), node.path(), Home.INPUT, -1, null);
      values.put(node.output(0), value);
      inputs.put(node.path(), value);
    } else if (node instanceof Node.State) {
      PlanValue value = new PlanValue(node.output(0).type(), node.path(), Home.STATE, -1, null);
      values.put(node.output(0), value);
      states.put(node.path(), value);
      if (!assigned) {
        constants.add(value);
      }
    } else if (node instanceof Node.Operation operation) {
      List<PlanValue> arguments = operation.inputs().stream().map(values::get).toList();
      List<PlanValue> results = apply(operation.op(), arguments, operation.path());
      for (int i = 0; i < results.size(); i++) {
        values.put(operation.output(i), results.get(i));
      }
    }
  }

  private List<PlanValue> apply(Op op, List<PlanValue> arguments, String path) {
    String label = path.isEmpty() ? op.name() : op.name() + " (" + path + ")";
    List<ValueType> types = arguments.stream().map(PlanValue::type).toList();
    Prepared prepared = backend.prepare(op, types);
    if (prepared instanceof Kernel kernel) {
      owned.add(kernel);
      coverage.add(new Coverage(label, op, Coverage.How.NATIVE, ""));
      return launch(op, kernel, arguments, label);
    }
    if (prepared instanceof View view) {
      coverage.add(new Coverage(label, op, Coverage.How.VIEW, ""));
      return List.of(view(op.infer(types).get(0), arguments.get(view.input()), label));
    }
    String reason = ((Declined) prepared).reason();
    Optional<List<Value>> lowered = op.lower(new Lowering(path), List.copyOf(arguments));
    if (lowered.isPresent()) {
      coverage.add(new Coverage(label, op, Coverage.How.LOWERED, reason));
      return lowered.get().stream().map(PlanValue.class::cast).toList();
    }
    HostFunction host =
        op.host()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        label
                            + ": backend "
                            + backend.name()
                            + " has no kernel ("
                            + reason
                            + "), and the operation has neither lower() nor host(); implement one of them"));
    coverage.add(new Coverage(label, op, Coverage.How.HOST, reason));
    List<PlanValue> results = results(op, types, null, isConstant(arguments), label);
    add(new Step(label, op, null, host, arguments, results));
    return results;
  }

  private List<PlanValue> launch(Op op, Kernel kernel, List<PlanValue> arguments, String label) {
    List<PlanValue> given = new ArrayList<>(arguments);
    for (int i = 0; i < given.size(); i++) {
      Optional<Packer> packer = kernel.packer(i);
      if (packer.isPresent()) {
        given.set(i, pack(packer.get(), given.get(i), label));
      }
    }
    List<ValueType> types = arguments.stream().map(PlanValue::type).toList();
    List<PlanValue> results = results(op, types, kernel, isConstant(given), label);
    add(new Step(label, op, kernel, null, given, results));
    return results;
  }

  private PlanValue pack(Packer packer, PlanValue source, String label) {
    owned.add(packer.kernel());
    return packed.computeIfAbsent(
        new PackedInput(source, packer.type()),
        key -> {
          PlanValue result =
              value(packer.type(), isConstant(List.of(source)), "packed " + source.name);
          add(
              new Step(
                  "Pack for " + label,
                  null,
                  packer.kernel(),
                  null,
                  List.of(source),
                  List.of(result)));
          return result;
        });
  }

  private List<PlanValue> results(
      Op op, List<ValueType> types, Kernel kernel, boolean constant, String label) {
    List<PlanValue> results = new ArrayList<>();
    for (ValueType type : op.infer(types)) {
      ValueType real =
          type instanceof Opaque && kernel != null ? kernel.cache(results.size()) : type;
      results.add(value(real, constant, label));
    }
    return results;
  }

  private PlanValue value(ValueType type, boolean constant, String name) {
    PlanValue value = new PlanValue(type, name, constant ? Home.LASTING : Home.TEMPORARY, 0, null);
    if (constant) {
      constants.add(value);
    }
    return value;
  }

  private PlanValue view(ValueType type, PlanValue viewed, String name) {
    PlanValue value = new PlanValue(type, name, viewed.home, viewed.born, viewed);
    if (constants.contains(viewed)) {
      constants.add(value);
    }
    return value;
  }

  private boolean isConstant(List<PlanValue> arguments) {
    return constants.containsAll(arguments);
  }

  private void add(Step step) {
    (isConstant(step.inputs()) ? prologue : body).add(step);
  }

  /** Records what an operation is lowered to. */
  private final class Lowering implements Emitter {
    private final String path;

    Lowering(String path) {
      this.path = path;
    }

    @Override
    public List<Value> emit(Op op, List<Value> arguments) {
      return List.copyOf(apply(op, arguments.stream().map(PlanValue.class::cast).toList(), path));
    }
  }

  /** The type of a state or input as a tensor. */
  static TensorType tensor(PlanValue value) {
    return (TensorType) value.type;
  }
}
