package dev.cambium.nn;

import dev.cambium.op.Op;
import dev.cambium.op.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Notes while a network is described what each layer declares and computes. */
final class DescriptionTrace {
  private static final class Frame {
    private final String path;
    private final Layer layer;
    private boolean hasChildren;
    private boolean computes;
    private long parameters;
    private long multiplyAdds;

    private Frame(String path, Layer layer) {
      this.path = path;
      this.layer = layer;
    }
  }

  private final Deque<Frame> open = new ArrayDeque<>();
  private final List<Summary.Row> rows = new ArrayList<>();

  void enter(String path, Layer layer) {
    if (!open.isEmpty()) {
      open.peek().hasChildren = true;
    }
    open.push(new Frame(path, layer));
  }

  /** Closes the innermost layer; a layer that only holds others gets no row. */
  void leave(Value output) {
    Frame frame = open.pop();
    if (!frame.hasChildren || frame.computes || frame.parameters > 0) {
      rows.add(
          new Summary.Row(
              frame.path,
              frame.layer.kind(),
              output.shape(),
              frame.parameters,
              frame.multiplyAdds));
    }
  }

  void operation(Op op, List<Value> inputs, List<Value> outputs) {
    if (!open.isEmpty()) {
      open.peek().computes = true;
      open.peek().multiplyAdds += MultiplyAdds.of(op, inputs, outputs);
    }
  }

  void state(StateSpec spec) {
    if (!open.isEmpty() && spec.trainable()) {
      open.peek().parameters += spec.type().shape().size();
    }
  }

  List<Summary.Row> rows() {
    return List.copyOf(rows);
  }
}
