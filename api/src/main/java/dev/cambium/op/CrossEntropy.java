package dev.cambium.op;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Cross entropy of scores, averaged over the batch, with its gradient in the same pass.
 *
 * <p>With log p = log-softmax of the scores over the classes, and a coefficient q_ic for row i and
 * class c:
 *
 * <pre>
 * t_ic     = (1 - s) * target_ic + s / C          s = labelSmoothing; an integer target is one-hot
 * q_ic     = weight_c * t_ic                      weight_c = 1 without class weights
 * D        = sum_i weight_(label i)               integer targets
 *          = N                                    soft targets
 * loss     = sum_i sum_c -q_ic * log p_ic / D
 * dScore_ic = (p_ic * sum_k q_ik - q_ic) / D
 * </pre>
 *
 * This is the mean reduction of PyTorch's {@code cross_entropy}. A class whose coefficient is 0
 * adds nothing to the loss, even where its log p is -infinity. The largest score of a row is
 * subtracted first, so that scores of any finite size do not overflow.
 *
 * <p>Inputs: scores [N, C], floating, N and C at least 1; targets, INT32 [N] (labels of 0 to C - 1)
 * or, when soft, like scores (each row a distribution; this is not checked); weights [C] of the
 * scores' element type, when there are class weights. Outputs: loss [], the mean; dScores [N, C].
 * The gradient flows to the scores only.
 *
 * <p>A label outside of [0, C) is never used as an index: it makes the loss NaN, and its row of
 * dScores (all of dScores when there are class weights). Class weights of the labels that add up to
 * 0 make both NaN.
 *
 * @param softTargets whether the targets are distributions over the classes
 * @param classWeights whether there is a weight per class
 * @param labelSmoothing the share of each target that is spread evenly over all classes, of [0, 1]
 *     (C. Szegedy et al., "Rethinking the Inception Architecture", 2016)
 */
public record CrossEntropy(boolean softTargets, boolean classWeights, double labelSmoothing)
    implements Op {
  /** Checks the label smoothing. */
  public CrossEntropy {
    if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
      throw new IllegalArgumentException(
          "labelSmoothing of CrossEntropy must be of [0, 1], got " + labelSmoothing);
    }
  }

  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    List<String> names = new ArrayList<>(List.of("scores", "targets"));
    if (classWeights) {
      names.add("weights");
    }
    Operands operands = Operands.of(this, inputs, names);
    TensorType scores = ClassScores.inferRows(operands, 0);
    int rows = scores.shape().dim(0);
    operands.require(0, rows > 0, "at least one row, as a mean over nothing is undefined");
    if (softTargets) {
      operands.exactly(1, scores, "soft targets, like the scores");
    } else {
      operands.exactly(1, new TensorType(DType.INT32, Shape.of(rows)), "one label per row");
    }
    if (classWeights) {
      operands.exactly(2, scores.withShape(Shape.of(scores.shape().dim(1))), "one per class");
    }
    return List.of(scores.withShape(Shape.scalar()), scores);
  }

  @Override
  public List<Optional<Value>> gradient(
      Emitter emitter,
      List<Value> inputs,
      List<Value> outputs,
      List<Optional<Value>> outputGradients) {
    if (outputGradients.get(1).isPresent()) {
      throw new UnsupportedOperationException(
          "CrossEntropy has no second derivative: dScores must not be part of a loss");
    }
    Value dLoss = outputGradients.get(0).orElseThrow();
    List<Optional<Value>> gradients = new ArrayList<>();
    gradients.add(
        Optional.of(
            emitter.emit(new BinaryMath(BinaryMath.Function.MULTIPLY), outputs.get(1), dLoss)));
    while (gradients.size() < inputs.size()) {
      gradients.add(Optional.empty());
    }
    return gradients;
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(new HostCrossEntropy(this));
  }
}
