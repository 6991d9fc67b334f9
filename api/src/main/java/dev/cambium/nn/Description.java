package dev.cambium.nn;

import dev.cambium.graph.GraphBuilder;
import dev.cambium.op.Value;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A network written into a graph that is still open: a loss, gradients and updates can be added.
 *
 * @param context the context that described it
 * @param input the graph's input named {@link Network#INPUT}
 * @param output what the network gives for it
 */
public record Description(LayerContext context, Value input, Value output) {
  /** Checks that nothing is null. */
  public Description {
    Objects.requireNonNull(context, "context");
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(output, "output");
  }

  /** The graph. */
  public GraphBuilder graph() {
    return context.graph();
  }

  /** The states declared so far, by name, in the order of declaration. */
  public Map<String, StateSpec> states() {
    return context.states();
  }

  /** The states that an optimiser may change, in the order of declaration. */
  public List<StateSpec> parameters() {
    return states().values().stream().filter(StateSpec::trainable).toList();
  }

  /** The layers with their shapes, parameters and multiply-adds. */
  public Summary summary() {
    long other =
        states().values().stream()
            .filter(state -> state.role() == StateSpec.Role.BUFFER)
            .mapToLong(state -> state.type().shape().size())
            .sum();
    return new Summary(input.shape(), context.rows(), other);
  }
}
