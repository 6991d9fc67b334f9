package dev.cambium.graph;

import dev.cambium.graph.Node.Operation;
import dev.cambium.graph.Node.Output;
import dev.cambium.graph.Node.State;
import dev.cambium.op.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes inputs of some states, under their names: a run takes the values that it is given, such as
 * other running statistics, and what the store holds stays as it is. Their assignments are left
 * out; a name that is no state of the graph is ignored.
 *
 * @param names of the states
 */
public record BindStates(Set<String> names) implements Pass {
  /** Copies the names. */
  public BindStates {
    names = Set.copyOf(names);
  }

  @Override
  public Graph apply(Graph graph) {
    GraphBuilder builder = new GraphBuilder();
    Map<Output, Value> now = new HashMap<>();
    for (Node node : graph.nodes()) {
      if (node instanceof Operation operation) {
        List<Value> inputs = operation.inputs().stream().map(now::get).toList();
        List<Value> outputs =
            builder.at(operation.path(), () -> builder.emit(operation.op(), inputs));
        for (int i = 0; i < outputs.size(); i++) {
          now.put(operation.output(i), outputs.get(i));
        }
      } else {
        Output source = node.output(0);
        boolean state = node instanceof State && !names.contains(node.path());
        now.put(
            source,
            state
                ? builder.state(node.path(), source.tensorType())
                : builder.input(node.path(), source.tensorType()));
      }
    }
    graph.named().forEach((name, value) -> builder.name(name, now.get(value)));
    for (Assignment assignment : graph.assignments()) {
      if (!names.contains(assignment.state().path())) {
        builder.assign(now.get(assignment.state().output(0)), now.get(assignment.next()));
      }
    }
    return builder.build();
  }
}
