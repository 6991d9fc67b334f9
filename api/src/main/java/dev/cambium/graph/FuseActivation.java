package dev.cambium.graph;

import dev.cambium.graph.Node.Operation;
import dev.cambium.op.Activate;
import dev.cambium.op.Activation;
import dev.cambium.op.BatchNormInference;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.op.Convolution;
import dev.cambium.op.Linear;
import dev.cambium.op.Op;
import dev.cambium.op.Value;
import java.util.List;
import java.util.Optional;

/**
 * Fuses an activation into the convolution, linear map or batch norm before it, where nothing else
 * reads what lies between. Batch norm takes ReLU alone. Run before differentiation, it fuses the
 * backward pass too: the gradient rule of a fused operation is one fused operation.
 */
public final class FuseActivation implements Pass {
  /** The pass; it has no settings. */
  public FuseActivation() {}

  @Override
  public Graph apply(Graph graph) {
    return Rewriter.rewrite(graph, FuseActivation::rewrite);
  }

  private static boolean rewrite(Operation producer, Rewriter rewriter) {
    List<Operation> consumers = rewriter.consumers(producer.output(0));
    if (consumers.size() != 1 || !(consumers.get(0).op() instanceof Activate activate)) {
      return false;
    }
    Optional<Op> fused = fuse(producer.op(), activate.function());
    if (fused.isEmpty()) {
      return false;
    }
    List<Value> results = rewriter.emit(fused.get(), rewriter.now(producer.inputs()));
    rewriter.map(consumers.get(0).output(0), results.get(0));
    for (int i = 1; i < results.size(); i++) {
      rewriter.map(producer.output(i), results.get(i));
    }
    return true;
  }

  private static Optional<Op> fuse(Op op, Activation f) {
    if (op instanceof Convolution c && c.activation().equals(Activation.NONE)) {
      return Optional.of(new Convolution(c.geometry(), c.bias(), f));
    }
    if (op instanceof Linear l && l.activation().equals(Activation.NONE)) {
      return Optional.of(new Linear(l.bias(), f));
    }
    if (!f.equals(Activation.RELU)) {
      return Optional.empty();
    }
    if (op instanceof BatchNormTraining b && b.activation().equals(Activation.NONE)) {
      return Optional.of(new BatchNormTraining(b.epsilon(), f));
    }
    if (op instanceof BatchNormInference b && b.activation().equals(Activation.NONE)) {
      return Optional.of(new BatchNormInference(b.epsilon(), f));
    }
    return Optional.empty();
  }
}
