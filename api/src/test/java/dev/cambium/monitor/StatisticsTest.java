package dev.cambium.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  @Test
  void runningMeanWeighsByBatchSize() {
    RunningMean mean = new RunningMean();
    assertTrue(Double.isNaN(mean.mean()));
    mean.add(1, 64);
    mean.add(4, 32);
    mean.add(100, 0);
    assertEquals(2, mean.mean()); // (64 + 128) / 96
    assertEquals(96, mean.weight());
    mean.add(Double.NaN, 1);
    assertTrue(Double.isNaN(mean.mean()));
    mean.reset();
    mean.add(3, 1);
    assertEquals(3, mean.mean());
    assertThrows(IllegalArgumentException.class, () -> mean.add(1, -1));
    assertThrows(IllegalArgumentException.class, () -> mean.add(1, Double.NaN));
  }

  @Test
  void runningMeanGoesOnFromItsSumsToTheBit() {
    RunningMean whole = new RunningMean();
    RunningMean first = new RunningMean();
    for (int i = 0; i < 50; i++) {
      whole.add(1.0 / (i + 3), 64);
      first.add(1.0 / (i + 3), 64);
    }
    RunningMean second = new RunningMean(first.weightedSum(), first.weight());
    for (int i = 50; i < 100; i++) {
      whole.add(1.0 / (i + 3), 64);
      second.add(1.0 / (i + 3), 64);
    }
    assertEquals(
        Double.doubleToRawLongBits(whole.mean()), Double.doubleToRawLongBits(second.mean()));
  }

  @Test
  void throughputCountsFromItsStart() {
    AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5); // nanoTime may wrap around
    Throughput throughput = new Throughput(clock::get);
    assertEquals(0, throughput.perSecond());
    throughput.add(64);
    throughput.add(36);
    clock.addAndGet(2_000_000_000L);
    assertEquals(50, throughput.perSecond());
    assertEquals(100, throughput.items());
    assertEquals(2, throughput.seconds());
    throughput.restart();
    assertEquals(0, throughput.perSecond());
  }

  @Test
  void accuracyShowsShareAndCounts() {
    Accuracy accuracy = Accuracy.of(973, 1000);
    assertEquals("0.9730 (973/1000)", accuracy.toString());
    assertEquals(0.973, accuracy.value());
    assertEquals("accuracy", accuracy.name());
    assertEquals(new Accuracy(1, 1000, 2000), accuracy.plus(Accuracy.of(27, 1000)));
    assertEquals("top5_accuracy", new Accuracy(5, 1, 2).name());
    assertTrue(Double.isNaN(Accuracy.of(0, 0).value()));
    assertThrows(IllegalArgumentException.class, () -> Accuracy.of(3, 2));
    assertThrows(IllegalArgumentException.class, () -> Accuracy.of(-1, 2));
    assertThrows(IllegalArgumentException.class, () -> new Accuracy(0, 1, 2));
    assertThrows(IllegalArgumentException.class, () -> accuracy.plus(new Accuracy(5, 1, 2)));
  }

  @Test
  void confusionMatrixGivesTheMetricsOfEachClass() {
    // rows: true; columns: predicted. Class 2 never occurs, class 0 is never predicted as 2.
    ConfusionMatrix matrix =
        ConfusionMatrix.of(HostArray.of(Shape.of(3, 3), 5, 2, 0, 1, 7, 1, 0, 0, 0));
    assertEquals(3, matrix.classes());
    assertEquals(2, matrix.count(0, 1));
    assertEquals(16, matrix.total());
    assertEquals(Accuracy.of(12, 16), matrix.accuracy());
    assertEquals(7, matrix.support(0));
    assertEquals(6, matrix.predicted(0));
    assertEquals(5.0 / 6, matrix.precision(0));
    assertEquals(5.0 / 7, matrix.recall(0));
    assertEquals(7.0 / 9, matrix.recall(1));
    assertEquals(0, matrix.precision(2));
    assertTrue(Double.isNaN(matrix.recall(2)));
    assertEquals(24, matrix.plus(matrix).accuracy().correct());
  }

  @Test
  void confusionMatrixPrintsATable() {
    ConfusionMatrix matrix = ConfusionMatrix.of(HostArray.of(Shape.of(2, 2), 10, 0, 3, 1));
    assertEquals(
        """
               0  1  recall precision
        cat   10  0  1.0000    0.7692
        horse  3  1  0.2500    1.0000
        """,
        matrix.toTable(List.of("cat", "horse")));
    assertThrows(IllegalArgumentException.class, () -> matrix.toTable(List.of("cat")));
  }

  @Test
  void confusionMatrixEqualsOneOfTheSameCounts() {
    HostArray counts = HostArray.of(Shape.of(2, 2), 1, 2, 3, 4);
    ConfusionMatrix matrix = ConfusionMatrix.of(counts);
    counts.set(0, 9);
    assertEquals(1, matrix.count(0, 0));
    ConfusionMatrix same = ConfusionMatrix.of(HostArray.of(Shape.of(2, 2), 1, 2, 3, 4));
    assertEquals(same, matrix);
    assertEquals(same.hashCode(), matrix.hashCode());
    assertNotEquals(ConfusionMatrix.of(counts), matrix);
    assertEquals("ConfusionMatrix[1, 2][3, 4]", matrix.toString());
  }

  @Test
  void confusionMatrixRefusesWhatIsNone() {
    assertThrows(
        IllegalArgumentException.class,
        () -> ConfusionMatrix.of(HostArray.of(Shape.of(1, 2), 1, 2)));
    assertThrows(
        IllegalArgumentException.class, () -> ConfusionMatrix.of(HostArray.of(Shape.of(1, 1), -1)));
    assertThrows(
        IllegalArgumentException.class,
        () -> ConfusionMatrix.of(HostArray.allocate(TensorType.of(DType.INT32, 0, 0))));
    ConfusionMatrix one = ConfusionMatrix.of(HostArray.of(Shape.of(1, 1), 1));
    assertThrows(IllegalArgumentException.class, () -> one.count(0, 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> one.plus(ConfusionMatrix.of(HostArray.of(Shape.of(2, 2), 1, 2, 3, 4))));
  }
}
