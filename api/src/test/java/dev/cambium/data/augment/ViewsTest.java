package dev.cambium.data.augment;

import static dev.cambium.data.augment.Pictures.assertRefused;
import static dev.cambium.data.augment.Pictures.grey;
import static dev.cambium.data.augment.Pictures.noise;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cambium.image.Image;
import dev.cambium.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class ViewsTest {
  private static final Image NINE = grey(3, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9);

  private static void assertViews(List<Image> views, float[]... expected) {
    assertEquals(expected.length, views.size());
    for (int i = 0; i < expected.length; i++) {
      assertArrayEquals(expected[i], views.get(i).values(), "view " + i);
    }
  }

  @Test
  void fiveCropsAreTheCornersAndTheMiddleInTorchvisionsOrder() {
    // The middle starts at round(1 / 2.0) = 0.
    assertViews(
        FiveCrop.of(2).of(NINE),
        new float[] {1, 2, 4, 5},
        new float[] {2, 3, 5, 6},
        new float[] {4, 5, 7, 8},
        new float[] {5, 6, 8, 9},
        new float[] {1, 2, 4, 5});
    assertViews(
        FiveCrop.of(1).of(NINE),
        new float[] {1},
        new float[] {3},
        new float[] {7},
        new float[] {9},
        new float[] {5});
  }

  @Test
  void tenCropsAreFiveOfThePictureAndFiveOfItsMirrorImage() {
    assertViews(
        new TenCrop(1, 2).of(NINE),
        new float[] {1, 2},
        new float[] {2, 3},
        new float[] {7, 8},
        new float[] {8, 9},
        new float[] {4, 5},
        new float[] {3, 2},
        new float[] {2, 1},
        new float[] {9, 8},
        new float[] {8, 7},
        new float[] {6, 5});
  }

  @Test
  void flipViewsAreThePictureAndItsMirrorImage() {
    assertViews(
        new FlipViews().of(grey(1, 3, 1, 2, 3)), new float[] {1, 2, 3}, new float[] {3, 2, 1});
  }

  @Test
  void theCentreViewIsTheCentreCrop() {
    Image image = noise(3, 7, 6);
    Image crop = CenterCrop.of(4).apply(image, Pictures.stream("x"));
    assertViews(CenterView.of(4).of(image), crop.values());
  }

  @Test
  void viewsHaveTheShapeThatIsPromisedAndLeaveThePictureAlone() {
    for (Views views :
        List.of(new FiveCrop(3, 4), new TenCrop(4, 3), new FlipViews(), new CenterView(2, 5))) {
      Image image = noise(3, 5, 6);
      Shape promised = views.outputShape(Shape.of(3, 5, 6));
      for (Image view : views.of(image)) {
        assertEquals(promised, Shape.of(view.channels(), view.height(), view.width()));
      }
      assertArrayEquals(noise(3, 5, 6).values(), image.values());
    }
  }

  @Test
  void viewsLargerThanTheImageAreRefused() {
    Shape shape = Shape.of(3, 28, 32);
    assertRefused(() -> FiveCrop.of(29).outputShape(shape), "FiveCrop of 29x29", "28x32");
    assertRefused(() -> TenCrop.of(29).outputShape(shape), "TenCrop of 29x29", "28x32");
    assertRefused(() -> CenterView.of(33).outputShape(shape), "CenterView of 33x33", "28x32");
    assertRefused(() -> FiveCrop.of(4).of(NINE), "FiveCrop of 4x4", "3x3");
    assertRefused(() -> TenCrop.of(4).of(NINE), "TenCrop of 4x4", "3x3");
    assertRefused(() -> CenterView.of(4).of(NINE), "CenterView of 4x4", "3x3");
    assertRefused(() -> FiveCrop.of(0), "FiveCrop", "got 0x0");
    assertRefused(() -> TenCrop.of(-1), "TenCrop", "got -1x-1");
    assertRefused(() -> CenterView.of(0), "CenterView", "got 0x0");
    assertRefused(() -> new FlipViews().outputShape(Shape.of(8)), "FlipViews needs images");
  }
}
