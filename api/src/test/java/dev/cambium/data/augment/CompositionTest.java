package dev.cambium.data.augment;

import static dev.cambium.data.augment.Pictures.assertFrequency;
import static dev.cambium.data.augment.Pictures.assertKeeps;
import static dev.cambium.data.augment.Pictures.assertRefused;
import static dev.cambium.data.augment.Pictures.grey;
import static dev.cambium.data.augment.Pictures.noise;
import static dev.cambium.data.augment.Pictures.result;
import static dev.cambium.data.augment.Pictures.stream;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cambium.data.SampleTransform;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompositionTest {
  private static final SampleTransform HALF = new Brightness(0.5);
  private static final SampleTransform DARK = new Brightness(0);

  @Test
  void transformsComeOneAfterTheOther() {
    Compose both = Compose.of(CenterCrop.of(2)).then(new HorizontalFlip(1)).then(HALF);
    assertArrayEquals(
        new float[] {0.5f, 0.25f, 0.25f, 0.125f},
        result(both, grey(4, 4, 0, 0, 0, 0, 0, 0.5f, 1, 0, 0, 0.25f, 0.5f, 0, 0, 0, 0, 0)));
    assertEquals(Shape.of(3, 2, 2), both.outputShape(Shape.of(3, 4, 9)));
    assertKeeps(Compose.of(), noise(3, 2, 2));
  }

  @Test
  void aShapeIsCheckedWhereItComesIn() {
    Compose shrinking = Compose.of(CenterCrop.of(4), RandomCrop.of(6));
    assertRefused(
        () -> shrinking.outputShape(Shape.of(1, 8, 8)), "RandomCrop of 6x6", "the image 4x4");
  }

  @Test
  void randomApplyHappensAsOftenAsItSays() {
    assertKeeps(RandomApply.of(DARK, 0), noise(3, 2, 2));
    RandomStream random = stream("apply");
    int dark = 0;
    for (int i = 0; i < 10_000; i++) {
      dark += RandomApply.of(DARK, 0.3).apply(grey(1, 1, 1), random).values()[0] == 0 ? 1 : 0;
      assertEquals(0, RandomApply.of(DARK, 1).apply(grey(1, 1, 1), random).values()[0]);
    }
    assertFrequency(0.3, dark, 10_000);
    assertRefused(() -> RandomApply.of(DARK, 1.5), "p of RandomApply", "got 1.5");
  }

  @Test
  void oneOfDrawsInProportionToTheWeights() {
    OneOf choice = new OneOf(List.of(DARK, HALF, Compose.of()), List.of(3.0, 1.0, 0.0));
    RandomStream random = stream("one");
    int dark = 0;
    int half = 0;
    for (int i = 0; i < 10_000; i++) {
      float value = choice.apply(grey(1, 1, 1), random).values()[0];
      dark += value == 0 ? 1 : 0;
      half += value == 0.5f ? 1 : 0;
    }
    assertFrequency(0.75, dark, 10_000);
    assertEquals(10_000, dark + half, "a weight of 0 is never drawn");
    dark = 0;
    for (int i = 0; i < 10_000; i++) {
      dark += OneOf.of(DARK, HALF).apply(grey(1, 1, 1), random).values()[0] == 0 ? 1 : 0;
    }
    assertFrequency(0.5, dark, 10_000);
  }

  @Test
  void resultsOfOneShapeAreDemanded() {
    Shape shape = Shape.of(3, 8, 8);
    assertRefused(
        () -> RandomApply.of(CenterCrop.of(4), 0.5).outputShape(shape), "keeps the shape", "[3, 4");
    assertEquals(shape, RandomApply.of(PadAndCrop.of(2), 0.5).outputShape(shape));
    assertEquals(
        Shape.of(3, 4, 4), OneOf.of(CenterCrop.of(4), RandomCrop.of(4)).outputShape(shape));
    assertRefused(
        () -> OneOf.of(CenterCrop.of(4), RandomCrop.of(5)).outputShape(shape),
        "one shape",
        "[3, 4, 4]",
        "[3, 5, 5]");
  }

  @Test
  void badWeightsAreRefused() {
    assertRefused(OneOf::of, "at least one transform");
    assertRefused(() -> new OneOf(List.of(DARK), List.of(1.0, 2.0)), "got 1 and 2");
    assertRefused(() -> new OneOf(List.of(DARK), List.of(-1.0)), "got -1.0");
    assertRefused(() -> new OneOf(List.of(DARK), List.of(Double.NaN)), "got NaN");
    assertRefused(() -> new OneOf(List.of(DARK, HALF), List.of(0.0, 0.0)), "not all be 0");
  }
}
