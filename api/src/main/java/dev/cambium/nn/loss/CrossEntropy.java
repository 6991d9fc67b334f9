package dev.cambium.nn.loss;

import dev.cambium.nn.LayerContext;
import dev.cambium.nn.init.Literal;
import dev.cambium.op.Value;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.Arrays;
import java.util.List;

/**
 * Cross entropy of a softmax classifier: the mean over the batch of -log p(label), p = softmax of
 * the scores; with soft targets t the mean of -sum_c t_c log p_c.
 *
 * <p>Shapes: scores [N, C], not probabilities; targets INT32 [N] with labels of 0 to C - 1, or when
 * soft [N, C] like the scores, each row a distribution. A new classifier with C classes has a loss
 * near ln C.
 *
 * <p>Label smoothing s replaces the target t by (1 - s) t + s / C (C. Szegedy et al., "Rethinking
 * the Inception Architecture", 2016). A weight per class multiplies the terms of that class; with
 * labels the mean is then weighted too (divided by the sum of the labels' weights, not by N). Both
 * as PyTorch's {@code cross_entropy}.
 *
 * @param softTargets whether targets are distributions rather than labels
 * @param labelSmoothing s, of [0, 1]; 0 by default
 * @param classWeights one per class, at least 0; empty for none
 */
public record CrossEntropy(boolean softTargets, double labelSmoothing, List<Double> classWeights)
    implements Loss {
  /** Checks the numbers. */
  public CrossEntropy {
    if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
      throw new IllegalArgumentException(
          "labelSmoothing of CrossEntropy must be of [0, 1], got " + labelSmoothing);
    }
    classWeights = List.copyOf(classWeights);
    for (double weight : classWeights) {
      if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "classWeights of CrossEntropy must be at least 0 and finite, got " + classWeights);
      }
    }
  }

  /** For labels. */
  public static CrossEntropy ofLabels() {
    return new CrossEntropy(false, 0, List.of());
  }

  /** For distributions over the classes. */
  public static CrossEntropy ofDistributions() {
    return new CrossEntropy(true, 0, List.of());
  }

  /** This loss with a share of each target spread over all classes. */
  public CrossEntropy labelSmoothing(double labelSmoothing) {
    return new CrossEntropy(softTargets, labelSmoothing, classWeights);
  }

  /** This loss with a weight per class. */
  public CrossEntropy classWeights(double... classWeights) {
    return new CrossEntropy(
        softTargets, labelSmoothing, Arrays.stream(classWeights).boxed().toList());
  }

  /**
   * This loss with distributions as targets; label smoothing and class weights stay. With class
   * weights its scale is another one: the mean is divided by N, as PyTorch does.
   */
  @Override
  public CrossEntropy forDistributions() {
    return new CrossEntropy(true, labelSmoothing, classWeights);
  }

  @Override
  public TensorType targets(TensorType scores) {
    if (scores.shape().rank() != 2) {
      throw new IllegalArgumentException(
          "CrossEntropy expects scores [N, C], got "
              + scores
              + "; end the network with a Linear of one output per class");
    }
    return softTargets ? scores : new TensorType(DType.INT32, Shape.of(scores.shape().dim(0)));
  }

  @Override
  public Value describe(LayerContext context, Value scores, Value targets) {
    TensorType expected = targets(scores.tensorType());
    if (!targets.type().equals(expected)) {
      throw context.error(
          "CrossEntropy expects targets "
              + expected
              + " for scores "
              + scores.type()
              + ", got "
              + targets.type());
    }
    boolean weighted = !classWeights.isEmpty();
    dev.cambium.op.CrossEntropy op =
        new dev.cambium.op.CrossEntropy(softTargets, weighted, labelSmoothing);
    return weighted
        ? context.emit(op, scores, targets, weights(context, scores.tensorType()))
        : context.emit(op, scores, targets);
  }

  private Value weights(LayerContext context, TensorType scores) {
    int classes = scores.shape().dim(1);
    if (classWeights.size() != classes) {
      throw context.error(
          "CrossEntropy has "
              + classWeights.size()
              + " class weights, expected one for each of the "
              + classes
              + " classes of scores "
              + scores);
    }
    // Losses with other weights over the same model need states of their own.
    return context.constant(
        "loss_class_weights" + classWeights,
        scores.withShape(Shape.of(classes)),
        new Literal(classWeights));
  }
}
