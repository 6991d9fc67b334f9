package dev.cambium.data;

import static dev.cambium.data.DataFiles.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DatasetTest {
  /** Sample {@code i} is the number {@code i}; labels as given. */
  static Dataset numbers(int classes, int... labels) {
    float[] values = new float[labels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    List<String> names = IntStream.range(0, classes).mapToObj(c -> "class " + c).toList();
    return TensorDataset.of(
        HostArray.of(Shape.of(labels.length, 1), values),
        HostArray.of(Shape.of(labels.length), labels),
        names);
  }

  private static int[] ids(Dataset data) {
    return IntStream.range(0, data.size()).map(i -> (int) value(data, i)).toArray();
  }

  private static float value(Dataset data, int index) {
    float[] sample = new float[1];
    data.copy(index, sample, 0);
    return sample[0];
  }

  private static int[] cycle(int count, int classes) {
    return IntStream.range(0, count).map(i -> i % classes).toArray();
  }

  @Test
  void aTensorsSamplesKeepTheirValuesAndShape() {
    HostArray samples = HostArray.of(Shape.of(2, 1, 1, 3), 1f, -2f, 3f, 4f, 5f, 600f);
    Dataset data = TensorDataset.of(samples, HostArray.of(Shape.of(2), 1, 0), List.of("a", "b"));
    float[] into = new float[4];
    data.copy(1, into, 1);
    assertArrayEquals(new float[] {0, 4, 5, 600}, into);
    assertEquals(Shape.of(1, 1, 3), data.sampleShape());
    assertEquals(1, data.label(0));
  }

  @Test
  void tensorsThatDoNotFitAreRefused() {
    HostArray samples = HostArray.of(Shape.of(2, 1), 1f, 2f);
    List<String> names = List.of("a", "b");
    HostArray three = HostArray.of(Shape.of(3), 0, 1, 0);
    assertRefused(() -> TensorDataset.of(samples, three, names), "INT32[2]", "INT32[3]");
    HostArray wrong = HostArray.of(Shape.of(2), 0, 2);
    assertRefused(() -> TensorDataset.of(samples, wrong, names), "sample 1", "is 2", "0..1");
    HostArray doubles = HostArray.of(Shape.of(2, 1), 1.0, 2.0);
    assertRefused(() -> TensorDataset.of(doubles, wrong, names), "FLOAT32", "FLOAT64");
    HostArray none = HostArray.of(Shape.of(0, 1), new float[0]);
    HostArray noLabels = HostArray.of(Shape.of(0), new int[0]);
    assertRefused(() -> TensorDataset.of(none, noLabels, names), "empty");
  }

  @Test
  void imagesInMemoryAreChecked() {
    Shape shape = Shape.of(1, 1, 2);
    List<String> names = List.of("a", "b");
    byte[][] two = {{1, 2}, {3, 4}};
    assertRefused(
        () -> InMemoryDataset.of("X", shape, new byte[0][], new int[0], names), "X has no samples");
    assertRefused(
        () -> InMemoryDataset.of("X", shape, two, new int[] {1}, names), "1 labels for 2 images");
    assertRefused(
        () -> InMemoryDataset.of("X", shape, two, new int[] {1, -1}, names), "is -1", "0..1");
    byte[][] ragged = {{1, 2}, {3}};
    assertRefused(
        () -> InMemoryDataset.of("X", shape, ragged, new int[] {1, 0}, names),
        "image 1 of X has 1 bytes, expected 2");
  }

  @Test
  void aSubsetHasTheChosenSamplesInTheirOrder() {
    Dataset subset = new Subset(numbers(2, 0, 1, 1, 0), 3, 1);
    assertArrayEquals(new int[] {3, 1}, ids(subset));
    assertEquals(1, subset.label(1));
    assertEquals("sample 3", subset.sampleName(0));
    assertArrayEquals(new int[] {0, 1}, ids(Subset.first(numbers(2, 0, 1, 1, 0), 2)));
    assertEquals(2, Subset.first(numbers(2, 0, 1), 5).size());
    String message =
        assertThrows(IllegalArgumentException.class, () -> new Subset(numbers(2, 0, 1), 2))
            .getMessage();
    assertEquals("indices of a subset must be 0..1, got 2", message);
  }

  @Test
  void validationTakesTheSameShareOfEveryClassAndNoSampleTwice() {
    Dataset data = numbers(3, cycle(300, 3));
    ValidationSplit split = ValidationSplit.of(data, 0.1, 7);
    assertArrayEquals(new int[] {90, 90, 90}, split.train().classCounts());
    assertArrayEquals(new int[] {10, 10, 10}, split.validation().classCounts());
    boolean[] seen = new boolean[300];
    for (Dataset part : List.of(split.train(), split.validation())) {
      for (int id : ids(part)) {
        assertTrue(!seen[id], "sample " + id + " twice");
        seen[id] = true;
      }
    }
    assertEquals(300, split.size());
  }

  @Test
  void theSeedDecidesTheValidationPart() {
    Dataset data = numbers(3, cycle(300, 3));
    int[] first = ids(ValidationSplit.of(data, 0.1, 7).validation());
    assertArrayEquals(first, ids(ValidationSplit.of(data, 0.1, 7).validation()));
    assertNotEquals(
        Arrays.toString(first),
        Arrays.toString(ids(ValidationSplit.of(data, 0.1, 8).validation())));
  }

  @Test
  void smallClassesStayInTraining() {
    Dataset data = numbers(3, 0, 0, 0, 0, 1, 1, 2);
    ValidationSplit split = ValidationSplit.of(data, 0.1, 1);
    assertArrayEquals(new int[] {3, 1, 1}, split.train().classCounts());
    assertArrayEquals(new int[] {1, 1, 0}, split.validation().classCounts());
    assertRefused(() -> ValidationSplit.of(numbers(2, 0, 1), 0.5, 1), "2 samples", "2 classes");
  }

  @Test
  void aShareOutsideZeroAndOneIsRefused() {
    Dataset data = numbers(2, 0, 1, 0, 1);
    for (double fraction : new double[] {0, 1, -0.1, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> ValidationSplit.of(data, fraction, 1));
    }
  }

  @Test
  void partsOfASetMustBeAlike() {
    HostArray labels = HostArray.of(Shape.of(1), 0);
    Dataset wide =
        TensorDataset.of(HostArray.of(Shape.of(1, 2), 1f, 2f), labels, List.of("class 0"));
    assertRefused(() -> new DataSplits("x", numbers(1, 0), wide), "shape [1]", "[2]");
    assertRefused(() -> new DataSplits("x", numbers(1, 0), numbers(2, 0)), "class 1");
  }
}
