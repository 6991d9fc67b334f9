package dev.cambium.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cambium.data.InMemoryDataset;
import dev.cambium.nn.BatchNorm;
import dev.cambium.nn.Conv2d;
import dev.cambium.nn.Dropout;
import dev.cambium.nn.Flatten;
import dev.cambium.nn.Layer;
import dev.cambium.nn.Linear;
import dev.cambium.nn.MaxPool2d;
import dev.cambium.nn.ReLU;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.optim.Adam;
import dev.cambium.optim.UpdateRule;
import dev.cambium.spi.Backend;
import dev.cambium.tensor.Shape;
import dev.cambium.train.EpochReport;
import dev.cambium.train.Model;
import dev.cambium.train.ModelSpec;
import dev.cambium.train.StepReport;
import dev.cambium.train.Trainer;
import dev.cambium.train.TrainingListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * What came of the training of a small net, the same each time: three epochs of ten samples in
 * batches of four, so that the last of each is smaller, with an evaluation after each.
 *
 * @param losses of the steps
 * @param evaluated the losses of the evaluations
 * @param states what the net learned, by name
 */
record TrainingRun(List<Double> losses, List<Double> evaluated, Map<String, double[]> states) {
  private static final Shape SAMPLE = Shape.of(1, 8, 8);
  private static final List<String> CLASSES = List.of("a", "b", "c");

  /** Trains. */
  static TrainingRun on(Backend backend) throws IOException {
    Layer net =
        Sequential.of(
            Conv2d.of(4, 3).padding(1).bias(false),
            BatchNorm.of(),
            ReLU.of(),
            MaxPool2d.of(2),
            Dropout.of(0.25),
            Flatten.of(),
            Linear.of(3));
    List<Double> losses = new ArrayList<>();
    List<Double> evaluated = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void stepped(StepReport report) {
            losses.add(report.loss());
          }

          @Override
          public void epochEnded(EpochReport report) {
            evaluated.add(report.validation().orElseThrow().loss());
          }
        };
    try (Model model = Model.create(ModelSpec.of(net, SAMPLE, CLASSES), 1, backend)) {
      Trainer.builder(model, CrossEntropy.ofLabels(), UpdateRule.of(Adam.of(), 1e-2))
          .epochs(3)
          .batchSize(4)
          .reportEvery(1)
          .seed(7)
          .listener(listener)
          .build()
          .fit(samples(10), samples(3));
      Map<String, double[]> states = new TreeMap<>();
      model.weights().forEach((name, value) -> states.put(name, value.toDoubles()));
      return new TrainingRun(losses, evaluated, states);
    }
  }

  private static InMemoryDataset samples(int count) {
    Random random = new Random(count);
    byte[][] pixels = new byte[count][(int) SAMPLE.size()];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      random.nextBytes(pixels[i]);
      labels[i] = i % CLASSES.size();
    }
    return InMemoryDataset.of("noise", SAMPLE, pixels, labels, CLASSES);
  }

  /** To the bit. */
  void assertSameAs(TrainingRun other) {
    assertCloseTo(other, 0);
  }

  /**
   * But for rounding.
   *
   * @param tolerance the most that a number may differ, as a part of the largest of its kind
   */
  void assertCloseTo(TrainingRun other, double tolerance) {
    assertClose("losses", array(other.losses), array(losses), tolerance);
    assertClose("evaluations", array(other.evaluated), array(evaluated), tolerance);
    assertEquals(other.states.keySet(), states.keySet());
    states.forEach((name, value) -> assertClose(name, other.states.get(name), value, tolerance));
  }

  private static void assertClose(String what, double[] wanted, double[] got, double tolerance) {
    double largest = 0;
    for (double number : wanted) {
      largest = Math.max(largest, Math.abs(number));
    }
    if (tolerance * largest > 0) {
      assertArrayEquals(wanted, got, tolerance * largest, what);
    } else {
      assertArrayEquals(wanted, got, what);
    }
  }

  private static double[] array(List<Double> numbers) {
    return numbers.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
