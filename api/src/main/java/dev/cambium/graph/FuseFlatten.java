package dev.cambium.graph;

import dev.cambium.graph.Node.Operation;
import dev.cambium.graph.Node.Output;
import dev.cambium.op.Linear;
import dev.cambium.op.Reshape;
import dev.cambium.op.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets a linear map read an image as it is, instead of a flattened copy: {@link Linear} flattens by
 * itself, so that a backend that keeps channels last never re-lays the image.
 */
public final class FuseFlatten implements Pass {
  /** The pass; it has no settings. */
  public FuseFlatten() {}

  @Override
  public Graph apply(Graph graph) {
    return Rewriter.rewrite(graph, FuseFlatten::rewrite);
  }

  private static boolean rewrite(Operation operation, Rewriter rewriter) {
    if (!(operation.op() instanceof Linear)
        || !(operation.inputs().get(0).node() instanceof Operation source)
        || !(source.op() instanceof Reshape)) {
      return false;
    }
    Output image = source.inputs().get(0);
    if (image.shape().rank() < 2 || image.shape().dim(0) != source.output(0).shape().dim(0)) {
      return false;
    }
    List<Value> inputs = new ArrayList<>(rewriter.now(operation.inputs()));
    inputs.set(0, rewriter.now(image));
    rewriter.map(operation.output(0), rewriter.emit(operation.op(), inputs).get(0));
    return true;
  }
}
