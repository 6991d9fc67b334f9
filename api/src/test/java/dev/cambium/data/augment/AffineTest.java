package dev.cambium.data.augment;

import static dev.cambium.data.augment.Pictures.assertKeeps;
import static dev.cambium.data.augment.Pictures.assertRefused;
import static dev.cambium.data.augment.Pictures.grey;
import static dev.cambium.data.augment.Pictures.noise;
import static dev.cambium.data.augment.Pictures.plane;
import static dev.cambium.data.augment.Pictures.result;
import static dev.cambium.data.augment.Pictures.stream;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AffineTest {
  private static Affine shear(double x, double y) {
    return new Affine(0, 0, 0, 1, 1, x, y, 0);
  }

  @Test
  void quarterTurnsOfASquareMovePixelsExactly() {
    Image even = grey(2, 2, 1, 2, 3, 4);
    assertArrayEquals(new float[] {3, 1, 4, 2}, result(Affine.rotation(90), even));
    assertArrayEquals(new float[] {4, 3, 2, 1}, result(Affine.rotation(180), even));
    assertArrayEquals(new float[] {2, 4, 1, 3}, result(Affine.rotation(270), even));
    assertArrayEquals(new float[] {2, 4, 1, 3}, result(Affine.rotation(-90), even));
    assertArrayEquals(new float[] {3, 1, 4, 2}, result(Affine.rotation(450), even));
    Image odd = grey(3, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertArrayEquals(new float[] {7, 4, 1, 8, 5, 2, 9, 6, 3}, result(Affine.rotation(90), odd));
  }

  @Test
  void fourQuarterTurnsGiveEveryBitBack() {
    Affine quarter = Affine.rotation(90);
    for (int size : new int[] {1, 2, 7, 32}) {
      Image image = noise(3, size, size);
      image.values()[0] = Float.NaN;
      image.values()[size * size / 2] = -0.0f;
      assertKeeps(Compose.of(quarter, quarter, quarter, quarter), image);
      assertKeeps(Compose.of(quarter, Affine.rotation(-90)), image);
      assertKeeps(Compose.of(Affine.rotation(180), Affine.rotation(180)), image);
    }
    // A half turn fits any rectangle.
    assertKeeps(Compose.of(Affine.rotation(180), Affine.rotation(180)), noise(2, 3, 8));
  }

  @Test
  void identityParametersGiveEveryBitBack() {
    Image image = noise(3, 5, 6);
    image.values()[7] = Float.NaN;
    assertKeeps(RandomAffine.identity(), image);
    assertKeeps(Affine.rotation(360), image);
    assertKeeps(Affine.translation(0, 0), image);
  }

  @Test
  void shiftsMoveRightAndDownAndMixHalfPixels() {
    Image row = grey(1, 3, 2, 4, 6);
    assertArrayEquals(new float[] {0, 2, 4}, result(Affine.translation(1, 0), row));
    assertArrayEquals(new float[] {4, 6, 0}, result(Affine.translation(-1, 0), row));
    assertArrayEquals(new float[] {1, 3, 5}, result(Affine.translation(0.5, 0), row), 1e-6f);
    assertArrayEquals(new float[] {0, 2, 4}, result(Affine.translation(0, 1), grey(3, 1, 2, 4, 6)));
    // The pixel at the border is half fill value, half picture, once: 0.5 * 8 + 0.5 * 2.
    Affine filled = new Affine(0, 0.5, 0, 1, 1, 0, 0, 8);
    assertArrayEquals(new float[] {5, 3, 5}, result(filled, row), 1e-6f);
  }

  @Test
  void stretchingGrowsFromTheCentre() {
    // Pixel x shows (x - 1.5) / 2 + 1.5: 0.75, 1.25, 1.75, 2.25.
    Affine twice = new Affine(0, 0, 0, 2, 1, 0, 0, 0);
    assertArrayEquals(new float[] {3, 5, 7, 9}, result(twice, grey(1, 4, 0, 4, 8, 12)), 1e-6f);
    Affine down = new Affine(0, 0, 0, 1, 2, 0, 0, 0);
    assertArrayEquals(new float[] {3, 5, 7, 9}, result(down, grey(4, 1, 0, 4, 8, 12)), 1e-6f);
    // Shrunk to a half: pixels show -1.5, 0.5, 2.5, 4.5, so the outer two are beyond the border.
    Affine half = new Affine(0, 0, 0, 0.5, 1, 0, 0, 0);
    assertArrayEquals(new float[] {0, 2, 10, 0}, result(half, grey(1, 4, 0, 4, 8, 12)), 1e-6f);
  }

  @Test
  void shearsMoveRowsAgainstEachOtherAndThenColumns() {
    Image image = grey(3, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    // torchvision's [1, -tan u; 0, 1]: what lies below the centre goes to the left.
    assertArrayEquals(new float[] {0, 1, 2, 4, 5, 6, 8, 9, 0}, result(shear(45, 0), image), 1e-5f);
    assertArrayEquals(new float[] {0, 2, 6, 1, 5, 9, 4, 8, 0}, result(shear(0, 45), image), 1e-5f);
  }

  @Test
  void thePartsMultiplyInTheOrderOfTheFormula() {
    // Interpolation keeps a plane, so the result shows where each pixel comes from.
    Image image = plane(31, 41, 0.3, -0.7, 5);
    float[] got = result(new Affine(23, 2.5, -1.25, 1.2, 0.8, 11, -7, 100), image);
    double turn = Math.toRadians(23);
    double[][] rotation = {{Math.cos(turn), -Math.sin(turn)}, {Math.sin(turn), Math.cos(turn)}};
    double[][] stretch = {{1.2, 0}, {0, 0.8}};
    double[][] shearY = {{1, 0}, {-Math.tan(Math.toRadians(-7)), 1}};
    double[][] shearX = {{1, -Math.tan(Math.toRadians(11))}, {0, 1}};
    double[][] m = times(times(rotation, stretch), times(shearY, shearX));
    double determinant = m[0][0] * m[1][1] - m[0][1] * m[1][0];
    int inside = 0;
    for (int y = 0; y < 31; y++) {
      for (int x = 0; x < 41; x++) {
        double dx = x - 20 - 2.5;
        double dy = y - 15 + 1.25;
        double fromX = (m[1][1] * dx - m[0][1] * dy) / determinant + 20;
        double fromY = (m[0][0] * dy - m[1][0] * dx) / determinant + 15;
        if (fromX >= 0 && fromX <= 40 && fromY >= 0 && fromY <= 30) {
          assertEquals(0.3 * fromX - 0.7 * fromY + 5, got[y * 41 + x], 1e-4);
          inside++;
        } else if (fromX <= -1 || fromX >= 41 || fromY <= -1 || fromY >= 31) {
          assertEquals(100, got[y * 41 + x]);
        }
      }
    }
    assertTrue(inside > 800, inside + " pixels come from inside");
  }

  private static double[][] times(double[][] a, double[][] b) {
    double[][] product = new double[2][2];
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 2; j++) {
        product[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j];
      }
    }
    return product;
  }

  @Test
  void amountsAreDrawnFromTheirRanges() {
    RandomAffine affine =
        new RandomAffine(
            Range.of(-10, 20),
            0.1,
            0.25,
            Range.of(0.5, 2),
            Range.of(0.9, 1.1),
            Range.of(-3, 1),
            Range.of(2, 4),
            0.5f);
    RandomStream random = stream("draw");
    Set<Double> rights = new HashSet<>();
    Set<Double> downs = new HashSet<>();
    double degrees = 0;
    for (int i = 0; i < 10_000; i++) {
      Affine drawn = affine.draw(8, 30, random);
      degrees += drawn.degrees();
      rights.add(drawn.right() + 0.0);
      downs.add(drawn.down() + 0.0);
      assertTrue(drawn.degrees() >= -10 && drawn.degrees() <= 20);
      assertTrue(drawn.stretchX() >= 0.45 && drawn.stretchX() <= 2.2);
      double apart = drawn.stretchX() / drawn.stretchY();
      assertTrue(apart >= 0.9 / 1.1 && apart <= 1.1 / 0.9 && apart != 1);
      assertTrue(drawn.shearX() >= -3 && drawn.shearX() <= 1);
      assertTrue(drawn.shearY() >= 2 && drawn.shearY() <= 4);
    }
    // Whole pixels, as in torchvision: 0.1 of 30 columns and 0.25 of 8 rows.
    assertEquals(Set.of(-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0), rights);
    assertEquals(Set.of(-2.0, -1.0, 0.0, 1.0, 2.0), downs);
    assertEquals(5, degrees / 10_000, 4 * 30 / Math.sqrt(12 * 10_000));
  }

  @Test
  void aRandomMapIsTheMapThatWasDrawn() {
    RandomAffine affine =
        RandomAffine.identity()
            .rotate(15)
            .translate(0.1)
            .scale(0.9, 1.1)
            .stretch(0.8, 1.2)
            .shear(5)
            .fill(0.5f);
    Image image = noise(3, 9, 12);
    Affine drawn = affine.draw(9, 12, stream("test"));
    assertArrayEquals(result(drawn, image), result(affine, image));
    assertEquals(0.5f, drawn.fill());
    assertEquals(Shape.of(3, 9, 12), affine.outputShape(Shape.of(3, 9, 12)));
  }

  @Test
  void aNanReachesItsNeighboursAndNoFurther() {
    Image image = noise(1, 7, 7);
    image.values()[3 * 7 + 3] = Float.NaN;
    float[] got = result(Affine.translation(0.5, 0.5), image);
    for (int i = 0; i < 49; i++) {
      boolean near = (i / 7 == 3 || i / 7 == 4) && (i % 7 == 3 || i % 7 == 4);
      assertEquals(near, Float.isNaN(got[i]), "pixel " + i);
    }
  }

  @Test
  void extremeAmountsGiveTheFillValueAndNoError() {
    Image image = noise(2, 3, 4);
    for (double tiny : new double[] {1e-30, Double.MIN_VALUE}) {
      float[] got = result(new Affine(30, 1e30, 0, tiny, tiny, 89.999999, 0, 0.25f), image);
      for (float value : got) {
        assertEquals(0.25f, value);
      }
    }
    assertEquals(24, result(new Affine(1e30, 0, 0, 1e30, 1e30, 0, 0, 0), image).length);
  }

  @Test
  void badAmountsAreRefused() {
    RandomAffine affine = RandomAffine.identity();
    assertRefused(() -> affine.rotate(-1), "at least 0", "got -1.0");
    assertRefused(() -> affine.rotate(Double.NaN), "got NaN");
    assertRefused(() -> affine.translate(1.1), "translateX", "[0, 1]", "got 1.1");
    assertRefused(() -> affine.scale(0, 1), "scale", "positive", "got 0.0..1.0");
    assertRefused(() -> affine.scale(2, 1), "a range", "got 2.0 to 1.0");
    assertRefused(() -> affine.stretch(-1, 1), "stretch", "positive");
    assertRefused(() -> affine.shear(90), "shearX", "-90 and 90", "-90.0..90.0");
    assertRefused(() -> affine.fill(Float.NaN), "fill", "got NaN");
    assertRefused(() -> Affine.rotation(Double.POSITIVE_INFINITY), "degrees", "Infinity");
    assertRefused(() -> Affine.translation(0, Double.NaN), "down", "NaN");
    assertRefused(() -> new Affine(0, 0, 0, 1, 0, 0, 0, 0), "stretchY", "positive");
    double nan = Double.NaN;
    assertRefused(() -> new Affine(0, 0, 0, nan, 1, 0, 0, 0), "stretchX", "positive");
    assertRefused(() -> new Affine(0, 0, 0, 1, 1, nan, 0, 0), "shearX", "finite");
    assertRefused(() -> shear(0, -90), "shearY", "-90.0");
    assertRefused(() -> affine.outputShape(Shape.of(8)), "RandomAffine needs images", "[8]");
  }
}
