package dev.cambium.examples.lecture;

import dev.cambium.op.CrossEntropy;
import dev.cambium.op.Softmax;
import dev.cambium.op.Value;
import dev.cambium.runtime.Eager;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Rows 1 to 5: the layers, softmax, and cross entropy. */
final class BuildingBlocks {
  /** The lecture's scores. */
  private static final HostArray SCORES = HostArray.of(Shape.of(1, 3), 3.2f, 5.1f, -1.7f);

  /** Its class: the first one, which it calls class 1. */
  private static final HostArray LABEL = HostArray.of(Shape.of(1), 0);

  private static final CrossEntropy CROSS_ENTROPY = new CrossEntropy(false, false, 0);

  private BuildingBlocks() {}

  static Chapter chapter() {
    return new Chapter(
        "Building blocks",
        List.of(
            Row.of(1, "every layer forward and backward", new LayersBothWays())
                .note(
                    "the text has no formulas for linear, convolution, pooling and dropout (they"
                        + " were pictures): the field's standard ones are used, a convolution being"
                        + " a cross-correlation and dropout inverted"),
            Row.of(2, "softmax of (3.2, 5.1, -1.7)", BuildingBlocks::softmax)
                .note(
                    "the lecture's exp()/sum overflows float32 above 88; here the maximum is"
                        + " subtracted first"),
            Row.of(3, "the softmax Jacobian", BuildingBlocks::jacobian),
            Row.of(4, "cross entropy of these scores for class 1", BuildingBlocks::crossEntropy)
                .note(
                    "the lecture's index i stands for the sample and for the class; here the loss"
                        + " of sample i is -log p[i, label i], and a batch gives the mean of them"),
            Row.of(5, "its gradient by the scores, p - y", BuildingBlocks::gradient)));
  }

  private static List<Check> softmax(Laboratory laboratory) {
    try (Eager eager = new Eager(laboratory.backend())) {
      Value p = eager.emit(new Softmax(), eager.tensor(SCORES));
      HostArray large = HostArray.of(Shape.of(1, 2), 1000f, 999f);
      Value q = eager.emit(new Softmax(), eager.tensor(large));
      float naive = (float) Math.exp(1000) / ((float) Math.exp(1000) + (float) Math.exp(999));
      double[] ours = eager.fetch(p).toDoubles();
      return List.of(
          Check.lecture("softmax", "0.1300 0.8690 0.0010", ours, 5e-5),
          Check.byHand("more exactly", "0.129983 0.869050 0.000968", ours, 6e-7),
          Check.byHand("of (1000, 999)", "0.7311 0.2689", eager.fetch(q).toDoubles(), 5e-5),
          Check.that("the lecture's way there", Float.isNaN(naive), "exp(1000) / sum = " + naive));
    }
  }

  /** Row j of the Jacobian is what the backward pass makes of the unit vector j. */
  private static List<Check> jacobian(Laboratory laboratory) {
    double[] ours = new double[9];
    double[] formula = new double[9];
    try (Eager eager = new Eager(laboratory.backend())) {
      Softmax softmax = new Softmax();
      Value s = eager.tensor(SCORES);
      Value p = eager.emit(softmax, s);
      HostArray probabilities = eager.fetch(p);
      for (int j = 0; j < 3; j++) {
        HostArray unit = HostArray.allocate(SCORES.type());
        unit.set(j, 1);
        Optional<Value> row =
            softmax
                .gradient(eager, List.of(s), List.of(p), List.of(Optional.of(eager.tensor(unit))))
                .get(0);
        for (int k = 0; k < 3; k++) {
          double pj = probabilities.get(j);
          double pk = probabilities.get(k);
          ours[3 * j + k] = eager.fetch(row.orElseThrow()).get(k);
          formula[3 * j + k] = j == k ? pj * (1 - pj) : -pj * pk;
        }
      }
    }
    double error = Check.largestDifference(formula, ours);
    List<Check> checks = new ArrayList<>();
    for (int j = 0; j < 3; j++) {
      double[] row = Arrays.copyOfRange(ours, 3 * j, 3 * j + 3);
      double[] expected = Arrays.copyOfRange(formula, 3 * j, 3 * j + 3);
      checks.add(Check.against("formula", "row " + (j + 1), Check.text(6, expected), row, 6e-7));
    }
    checks.add(Check.atMost("all from p_j (1 - p_j), -p_j p_k", error, 1e-7));
    return checks;
  }

  private static List<Check> crossEntropy(Laboratory laboratory) {
    try (Eager eager = new Eager(laboratory.backend())) {
      Value loss = eager.emit(CROSS_ENTROPY, eager.tensor(SCORES), eager.tensor(LABEL));
      double[] ours = eager.fetch(loss).toDoubles();
      return List.of(
          Check.lecture("-log 0.13", "2.04", ours, 5e-3),
          Check.byHand("more exactly", "2.04036", ours, 6e-6));
    }
  }

  private static List<Check> gradient(Laboratory laboratory) {
    try (Eager eager = new Eager(laboratory.backend())) {
      Value scores = eager.tensor(SCORES);
      List<Value> both = eager.emit(CROSS_ENTROPY, List.of(scores, eager.tensor(LABEL)));
      double[] backward = eager.fetch(both.get(1)).toDoubles();
      double[] byHand = eager.fetch(eager.emit(new Softmax(), scores)).toDoubles();
      byHand[0] -= 1;
      return List.of(
          Check.lecture("backward pass", "-0.8700 0.8690 0.0010", backward, 5e-5),
          Check.lecture("by hand, p - y", "-0.8700 0.8690 0.0010", byHand, 5e-5),
          Check.atMost("one from the other", Check.largestDifference(byHand, backward), 1e-6));
    }
  }
}
