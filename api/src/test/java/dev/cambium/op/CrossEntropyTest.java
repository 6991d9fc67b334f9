package dev.cambium.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Literal values were computed with 40 digits from the formulas of PyTorch's documentation of
 * {@code CrossEntropyLoss}.
 */
class CrossEntropyTest {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;

  /** The lecture's scores of cat, car and frog for three pictures. */
  private static final Value SCORES =
      HostEmitter.tensor(Shape.of(3, 3), 3.2, 5.1, -1.7, 1.3, 4.9, 2.0, 2.2, 2.5, -3.1);

  private static final Value LABELS = labels(0, 1, 2);
  private static final Value SOFT =
      HostEmitter.tensor(Shape.of(3, 3), 0.7, 0.2, 0.1, 0, 1, 0, 0.3, 0.3, 0.4);
  private static final Value WEIGHTS = HostEmitter.tensor(Shape.of(3), 1, 2, 0.5);

  private final HostEmitter emitter = new HostEmitter();

  private static Value labels(double... labels) {
    return HostEmitter.tensor(DType.INT32, Shape.of(labels.length), labels);
  }

  private void verify(CrossEntropy op, double loss, double[] gradient, Value... inputs) {
    List<Value> outputs = emitter.emit(op, List.of(inputs));
    assertEquals(loss, HostEmitter.elements(outputs.get(0))[0], 5e-10);
    assertArrayEquals(gradient, HostEmitter.elements(outputs.get(1)), 5e-10);
  }

  @Test
  void theLecturesCatCostsTwo() {
    Value cat = HostEmitter.tensor(Shape.of(1, 3), 3.2, 5.1, -1.7);
    verify(
        new CrossEntropy(false, false, 0),
        2.0403551528,
        new double[] {-0.8700174610, 0.8690495352, 0.0009679258},
        cat,
        labels(0));
  }

  @Test
  void averagesOverTheBatch() {
    verify(
        new CrossEntropy(false, false, 0),
        2.7586547109,
        new double[] {
          -0.2900058203, 0.2896831784, 0.0003226419,
          0.0084149612, -0.0253606120, 0.0169456508,
          0.1415518086, 0.1910749556, -0.3326267642
        },
        SCORES,
        LABELS);
  }

  @Test
  void classWeightsMakeAWeightedMean() {
    verify(
        new CrossEntropy(false, true, 0),
        1.5076735172,
        new double[] {
          -0.2485764174, 0.2482998672, 0.0002765502,
          0.0144256477, -0.0434753348, 0.0290496871,
          0.0606650608, 0.0818892667, -0.1425543275
        },
        SCORES,
        LABELS,
        WEIGHTS);
  }

  @Test
  void labelSmoothingSpreadsTheTarget() {
    verify(
        new CrossEntropy(false, false, 0.1),
        2.7430991554,
        new double[] {
          -0.2677835981, 0.2785720673, -0.0107884692,
          -0.0026961500, -0.0031383898, 0.0058345397,
          0.1304406975, 0.1799638445, -0.3104045420
        },
        SCORES,
        LABELS);
    verify(
        new CrossEntropy(false, true, 0.1),
        1.5108668747,
        new double[] {
          -0.2289098339, 0.2333905793, -0.0044807454,
          0.0043007695, -0.0273781482, 0.0230773787,
          0.0592299261, 0.0737602165, -0.1329901426
        },
        SCORES,
        LABELS,
        WEIGHTS);
  }

  @Test
  void softTargetsAreAveragedOverRowsEvenWithClassWeights() {
    verify(
        new CrossEntropy(true, false, 0),
        1.7053213776,
        new double[] {
          -0.1900058203, 0.2230165117, -0.0330106914,
          0.0084149612, -0.0253606120, 0.0169456508,
          0.0415518086, 0.0910749556, -0.1326267642
        },
        SCORES,
        SOFT);
    verify(
        new CrossEntropy(true, true, 0.2),
        1.3757208292,
        new double[] {
          -0.1589178239, 0.1829901546, -0.0240723308,
          -0.0067947934, -0.0131611220, 0.0199559154,
          0.0553721247, 0.0082856728, -0.0636577975
        },
        SCORES,
        SOFT,
        WEIGHTS);
  }

  @Test
  void oneHotTargetsMeanTheSameAsLabels() {
    Value oneHot = HostEmitter.tensor(Shape.of(3, 3), 1, 0, 0, 0, 1, 0, 0, 0, 1);
    for (double smoothing : new double[] {0, 0.3, 1}) {
      List<Value> hard =
          emitter.emit(new CrossEntropy(false, false, smoothing), List.of(SCORES, LABELS));
      List<Value> soft =
          emitter.emit(new CrossEntropy(true, false, smoothing), List.of(SCORES, oneHot));
      for (int i = 0; i < 2; i++) {
        assertArrayEquals(
            HostEmitter.elements(hard.get(i)), HostEmitter.elements(soft.get(i)), 1e-15);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1})
  void gradientsAgreeWithCentralDifferences(double smoothing) {
    OpGradientCheck.of(new CrossEntropy(false, false, smoothing), SCORES, LABELS).verify();
    OpGradientCheck.of(new CrossEntropy(false, true, smoothing), SCORES, LABELS, WEIGHTS)
        .constant(2)
        .verify();
    OpGradientCheck.of(new CrossEntropy(true, false, smoothing), SCORES, SOFT).constant(1).verify();
    OpGradientCheck.of(new CrossEntropy(true, true, smoothing), SCORES, SOFT, WEIGHTS)
        .constant(1, 2)
        .verify();
  }

  @Test
  void thereIsNoSecondDerivative() {
    CrossEntropy op = new CrossEntropy(false, false, 0);
    List<Value> inputs = List.of(SCORES, LABELS);
    List<Value> outputs = emitter.emit(op, inputs);
    List<Optional<Value>> through = List.of(Optional.empty(), Optional.of(SCORES));
    assertThrows(
        UnsupportedOperationException.class, () -> op.gradient(emitter, inputs, outputs, through));
  }

  @Test
  void largeScoresDoNotOverflow() {
    Value scores = HostEmitter.tensor(Shape.of(2, 2), 1000, 0, -1000, 1000);
    verify(
        new CrossEntropy(false, false, 0),
        500,
        new double[] {0.5, -0.5, 0, 0},
        scores,
        labels(1, 1));
  }

  @Test
  void aClassWithoutTargetMayBeImpossible() {
    Value scores = HostEmitter.tensor(Shape.of(1, 3), 0, -INF, 0);
    double[] gradient = {-0.5, 0, 0.5};
    verify(new CrossEntropy(false, false, 0), Math.log(2), gradient, scores, labels(0));
    Value target = HostEmitter.tensor(Shape.of(1, 3), 1, 0, 0);
    verify(new CrossEntropy(true, false, 0), Math.log(2), gradient, scores, target);
    assertEquals(INF, loss(scores, labels(1)));
  }

  @Test
  void nanInARowMakesTheLossAndThatRowNan() {
    Value scores = HostEmitter.tensor(Shape.of(2, 2), 1, NAN, 0, 0);
    verify(
        new CrossEntropy(false, false, 0),
        NAN,
        new double[] {NAN, NAN, -0.25, 0.25},
        scores,
        labels(0, 0));
  }

  @Test
  void aLabelOutsideOfTheClassesMakesTheLossNanAndReadsNothing() {
    Value scores = HostEmitter.tensor(Shape.of(2, 2), 0, 0, 0, 0);
    for (double label : new double[] {-1, 2, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      verify(
          new CrossEntropy(false, false, 0),
          NAN,
          new double[] {NAN, NAN, -0.25, 0.25},
          scores,
          labels(label, 0));
      Value weights = HostEmitter.tensor(Shape.of(2), 1, 1);
      verify(
          new CrossEntropy(false, true, 0),
          NAN,
          new double[] {NAN, NAN, NAN, NAN},
          scores,
          labels(label, 0),
          weights);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 1})
  void weightsThatAddUpToZeroMakeLossAndGradientNan(double smoothing) {
    Value weights = HostEmitter.tensor(Shape.of(3), 0, 1, 1);
    CrossEntropy op = new CrossEntropy(false, true, smoothing);
    Value scores = HostEmitter.tensor(Shape.of(1, 3), 1, 2, 3);
    verify(op, NAN, new double[] {NAN, NAN, NAN}, scores, labels(0), weights);
  }

  private double loss(Value scores, Value labels) {
    return emitter.compute(new CrossEntropy(false, false, 0), scores, labels)[0];
  }

  @Test
  void inputsThatDoNotFitAreNamed() {
    CrossEntropy hard = new CrossEntropy(false, false, 0);
    rejected(hard, "a mean over nothing", HostEmitter.tensor(Shape.of(0, 3)), labels());
    rejected(hard, "input targets was INT32[2], expected INT32[3]", SCORES, labels(0, 1));
    rejected(hard, "input targets was FLOAT64[3, 3]", SCORES, SOFT);
    rejected(new CrossEntropy(true, false, 0), "input targets was INT32[3]", SCORES, LABELS);
    rejected(
        new CrossEntropy(false, true, 0),
        "input weights was FLOAT64[2], expected FLOAT64[3]",
        SCORES,
        LABELS,
        HostEmitter.counting(2));
    rejected(hard, "expected rank 2, [N, C]", HostEmitter.counting(3), LABELS);
  }

  private void rejected(Op op, String part, Value... inputs) {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> op.infer(Stream.of(inputs).map(Value::type).toList()))
            .getMessage();
    assertTrue(message.contains(part), message);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
  void labelSmoothingIsAShare(double smoothing) {
    assertThrows(IllegalArgumentException.class, () -> new CrossEntropy(false, false, smoothing));
  }
}
