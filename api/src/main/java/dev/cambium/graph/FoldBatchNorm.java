package dev.cambium.graph;

import dev.cambium.graph.Node.Operation;
import dev.cambium.op.Activation;
import dev.cambium.op.Affine;
import dev.cambium.op.BatchNormInference;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.BinaryMath.Function;
import dev.cambium.op.Convolution;
import dev.cambium.op.Reshape;
import dev.cambium.op.UnaryMath;
import dev.cambium.op.Value;
import dev.cambium.tensor.Shape;
import java.util.List;

/**
 * Folds batch norm with running statistics into the convolution before it: w' = w * s, b' = beta +
 * (b - mean) * s with s = gamma / sqrt(variance + epsilon). For inference; w' and b' depend on
 * states alone, so a plan computes them once per update. Results differ from the unfolded net by
 * rounding.
 */
public final class FoldBatchNorm implements Pass {
  /** The pass; it has no settings. */
  public FoldBatchNorm() {}

  @Override
  public Graph apply(Graph graph) {
    return Rewriter.rewrite(graph, FoldBatchNorm::rewrite);
  }

  private static boolean rewrite(Operation producer, Rewriter rewriter) {
    List<Operation> consumers = rewriter.consumers(producer.output(0));
    if (!(producer.op() instanceof Convolution convolution)
        || !convolution.activation().equals(Activation.NONE)
        || consumers.size() != 1
        || !(consumers.get(0).op() instanceof BatchNormInference norm)
        || consumers.get(0).inputs().get(0) != producer.output(0)
        || !consumers.get(0).inputs().stream().skip(1).allMatch(v -> rewriter.now(v) != null)) {
      return false;
    }
    fold(producer, convolution, consumers.get(0), norm, rewriter);
    return true;
  }

  private static void fold(
      Operation producer,
      Convolution convolution,
      Operation consumer,
      BatchNormInference norm,
      Rewriter rewriter) {
    GraphBuilder b = rewriter.builder();
    Value weight = rewriter.now(producer.inputs().get(1));
    Value gamma = rewriter.now(consumer.inputs().get(1));
    Value beta = rewriter.now(consumer.inputs().get(2));
    Value mean = rewriter.now(consumer.inputs().get(3));
    Value variance = rewriter.now(consumer.inputs().get(4));
    Value deviation =
        b.emit(
            new UnaryMath(UnaryMath.Function.SQRT),
            b.emit(new Affine(1, norm.epsilon()), variance));
    Value scale = b.emit(new BinaryMath(Function.DIVIDE), gamma, deviation);
    Value column = b.emit(new Reshape(Shape.of(weight.shape().dim(0), 1, 1, 1)), scale);
    Value folded = b.emit(new BinaryMath(Function.MULTIPLY), weight, column);
    Value centre =
        convolution.bias()
            ? b.emit(
                new BinaryMath(Function.SUBTRACT), rewriter.now(producer.inputs().get(2)), mean)
            : b.emit(new Affine(-1, 0), mean);
    Value bias =
        b.emit(
            new BinaryMath(Function.ADD),
            beta,
            b.emit(new BinaryMath(Function.MULTIPLY), centre, scale));
    Value image = rewriter.now(producer.inputs().get(0));
    rewriter.map(
        consumer.output(0),
        b.emit(
            new Convolution(convolution.geometry(), true, norm.activation()), image, folded, bias));
  }
}
