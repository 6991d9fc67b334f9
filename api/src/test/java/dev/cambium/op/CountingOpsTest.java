package dev.cambium.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class CountingOpsTest {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;

  private final HostEmitter emitter = new HostEmitter();

  private static Value labels(double... labels) {
    return HostEmitter.tensor(DType.INT32, Shape.of(labels.length), labels);
  }

  private static Value row(double... scores) {
    return HostEmitter.tensor(Shape.of(1, scores.length), scores);
  }

  private double correct(int k, Value scores, double label) {
    return emitter.compute(new TopKCorrect(k), scores, labels(label))[0];
  }

  private double best(double... scores) {
    return emitter.compute(new ArgMax(), row(scores))[0];
  }

  @Test
  void theFirstOfEqualScoresIsTheBest() {
    assertEquals(1, best(1, 3, 3, 2));
    assertEquals(0, best(0, 0));
    assertEquals(0, best(0, -0.0));
    assertEquals(0, best(-0.0, 0));
    assertEquals(0, best(-INF, -INF));
    Value rows = HostEmitter.tensor(Shape.of(2, 2), 1, 2, 2, 1);
    assertArrayEquals(new double[] {1, 0}, emitter.compute(new ArgMax(), rows));
  }

  @Test
  void nanNeverWins() {
    assertEquals(2, best(NAN, 1, 2));
    assertEquals(0, best(2, NAN, 1));
    assertEquals(1, best(NAN, -INF));
    assertEquals(0, best(NAN, NAN));
  }

  @Test
  void aLabelAmongTheKBestIsCorrect() {
    Value scores = row(0.1, 0.4, 0.3, 0.2);
    assertEquals(1, correct(1, scores, 1));
    assertEquals(0, correct(1, scores, 2));
    assertEquals(1, correct(2, scores, 2));
    assertEquals(0, correct(2, scores, 3));
    assertEquals(1, correct(4, scores, 0));
    assertEquals(1, correct(9, scores, 0));
  }

  @Test
  void equalScoresBelongToTheLowerClassFirst() {
    Value scores = row(5, 5, 5);
    assertEquals(1, correct(1, scores, 0));
    assertEquals(0, correct(1, scores, 1));
    assertEquals(1, correct(2, scores, 1));
    assertEquals(0, correct(2, scores, 2));
  }

  @Test
  void nanIsNeverCorrectAndBeatsNothing() {
    assertEquals(0, correct(3, row(NAN, 1, 2), 0));
    assertEquals(1, correct(1, row(NAN, 1, NAN), 1));
    assertEquals(1, correct(1, row(INF, 1, NAN), 0));
  }

  @Test
  void labelsOutsideOfTheClassesAreNotCounted() {
    Value scores = HostEmitter.tensor(Shape.of(3, 2), 1, 0, 1, 0, 1, 0);
    assertEquals(1, emitter.compute(new TopKCorrect(2), scores, labels(-1, 0, 2))[0]);
    Value confusion = HostEmitter.tensor(DType.INT32, Shape.of(2, 2), 0, 0, 0, 0);
    assertArrayEquals(
        new double[] {1, 0, 0, 0},
        emitter.compute(new ConfusionUpdate(), confusion, scores, labels(-1, 0, 2)));
  }

  @Test
  void theTopOneIsTheArgMaxWhereNothingIsNan() {
    Value scores = HostEmitter.random("scores", 50, 4);
    double[] best = emitter.compute(new ArgMax(), scores);
    assertEquals(50, emitter.compute(new TopKCorrect(1), scores, labels(best))[0]);
  }

  @Test
  void countsTrueClassesInRowsAndPredictionsInColumns() {
    Value confusion = HostEmitter.tensor(DType.INT32, Shape.of(3, 3), 9, 0, 0, 0, 0, 0, 0, 0, 1);
    Value scores = HostEmitter.tensor(Shape.of(4, 3), 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 2, 2);
    assertArrayEquals(
        new double[] {10, 0, 2, 0, 0, 0, 0, 1, 1},
        emitter.compute(new ConfusionUpdate(), confusion, scores, labels(0, 0, 0, 2)));
  }

  @Test
  void anEmptyBatchCountsNothing() {
    Value none = HostEmitter.tensor(Shape.of(0, 3));
    assertArrayEquals(new double[] {0}, emitter.compute(new TopKCorrect(1), none, labels()));
    assertEquals(0, emitter.compute(new ArgMax(), none).length);
    Value confusion = HostEmitter.tensor(DType.INT32, Shape.of(3, 3), 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertArrayEquals(
        HostEmitter.elements(confusion),
        emitter.compute(new ConfusionUpdate(), confusion, none, labels()));
  }

  @Test
  void inputsThatDoNotFitAreNamed() {
    TensorType scores = TensorType.float32(2, 3);
    TensorType labels = TensorType.of(DType.INT32, 2);
    rejected(new ArgMax(), "input scores was FLOAT32[3]", TensorType.float32(3));
    rejected(new ArgMax(), "C at least 1", TensorType.float32(3, 0));
    rejected(
        new TopKCorrect(1), "input labels was INT64[2]", scores, TensorType.of(DType.INT64, 2));
    rejected(
        new ConfusionUpdate(),
        "input confusion was INT32[2, 2], expected INT32[3, 3]",
        TensorType.of(DType.INT32, 2, 2),
        scores,
        labels);
    assertEquals(
        "k of TopKCorrect must be at least 1, got 0",
        assertThrows(IllegalArgumentException.class, () -> new TopKCorrect(0)).getMessage());
  }

  private static void rejected(Op op, String part, TensorType... inputs) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> op.infer(List.of(inputs))).getMessage();
    assertTrue(message.contains(part), message);
  }
}
