package dev.cambium.data.augment;

import static dev.cambium.data.augment.Pictures.assertKeeps;
import static dev.cambium.data.augment.Pictures.assertRefused;
import static dev.cambium.data.augment.Pictures.noise;
import static dev.cambium.data.augment.Pictures.rgb;
import static dev.cambium.data.augment.Pictures.stream;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.data.Dataset;
import dev.cambium.data.DatasetException;
import dev.cambium.data.TensorDataset;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class PcaLightingTest {
  private static Dataset pixels(float... values) {
    HostArray samples = HostArray.of(Shape.of(values.length / 3, 3, 1, 1), values);
    return TensorDataset.of(
        samples,
        HostArray.of(Shape.of(values.length / 3), new int[values.length / 3]),
        List.of("x"));
  }

  @Test
  void theOffsetIsAlphaTimesLambdaTimesTheEigenvector() {
    RandomStream replay = stream("alpha");
    double a1 = 0.1 * replay.nextGaussian();
    double a2 = 0.1 * replay.nextGaussian();
    double a3 = 0.1 * replay.nextGaussian();
    float[] got = PcaLighting.imageNet().apply(rgb(0.5f, 0.5f, 0.5f), stream("alpha")).values();
    // fb.resnet.torch: eigenvectors are columns, eigenvalues 0.2175, 0.0188, 0.0045.
    double[][] vectors = {
      {-0.5675, 0.7192, 0.4009}, {-0.5808, -0.0045, -0.8140}, {-0.5836, -0.6948, 0.4203}
    };
    for (int c = 0; c < 3; c++) {
      double offset =
          a1 * 0.2175 * vectors[c][0] + a2 * 0.0188 * vectors[c][1] + a3 * 0.0045 * vectors[c][2];
      assertEquals(0.5 + offset, got[c], 1e-6);
    }
  }

  @Test
  void imageNetsEigenvectorsAreAnOrthonormalBasis() {
    List<PcaLighting.Component> all = PcaLighting.imageNet().components();
    for (PcaLighting.Component a : all) {
      for (PcaLighting.Component b : all) {
        double product = a.red() * b.red() + a.green() * b.green() + a.blue() * b.blue();
        // They are published with four digits.
        assertEquals(a == b ? 1 : 0, product, 3e-4);
      }
    }
  }

  @Test
  void theSpreadOfTheOffsetIsThePapers() {
    RandomStream random = stream("spread");
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 10_000; i++) {
      double red = PcaLighting.imageNet().apply(rgb(0, 0, 0), random).values()[0];
      sum += red;
      squares += red * red;
    }
    // 0.1 sqrt((.2175 * .5675)^2 + (.0188 * .7192)^2 + (.0045 * .4009)^2); roots of the
    // eigenvalues would give 0.0283.
    double expected = 0.012418;
    assertEquals(0, sum / 10_000, 4 * expected / 100);
    assertEquals(expected, Math.sqrt(squares / 10_000), 4 * expected / Math.sqrt(20_000));
  }

  @Test
  void allPixelsMoveAlikeAndAreNotClamped() {
    PcaLighting strong = new PcaLighting(List.of(new PcaLighting.Component(100, 1, -1, 0)), 1);
    float[] got = strong.apply(dev.cambium.image.Image.filled(3, 2, 2, 0.5f), stream("x")).values();
    float offset = got[0] - 0.5f;
    assertTrue(Math.abs(offset) > 1);
    for (int i = 0; i < 4; i++) {
      assertEquals(0.5f + offset, got[i], 1e-4f);
      assertEquals(0.5f - offset, got[4 + i], 1e-4f);
      assertEquals(0.5f, got[8 + i]);
    }
  }

  @Test
  void fittingFindsThePrincipalColours() {
    // Mean (.5, .5, .5) and steps of .3 along (1, 1, 1), .2 along (1, -1, 0), .1 along (1, 1, -2),
    // each to both sides: six pixels, so the variance along each is step^2 |vector|^2 / 3.
    float[][] steps = {{0.3f, 0.3f, 0.3f}, {0.2f, -0.2f, 0}, {0.1f, 0.1f, -0.2f}};
    float[] values = new float[18];
    for (int i = 0; i < 6; i++) {
      for (int c = 0; c < 3; c++) {
        values[3 * i + c] = 0.5f + (i % 2 == 0 ? 1 : -1) * steps[i / 2][c];
      }
    }
    PcaLighting fitted = PcaLighting.fit(pixels(values));
    assertEquals(0.1, fitted.sigma());
    double root3 = 1 / Math.sqrt(3);
    double root2 = 1 / Math.sqrt(2);
    double root6 = 1 / Math.sqrt(6);
    assertComponent(0.09, root3, root3, root3, fitted.components().get(0));
    assertComponent(0.08 / 3, root2, -root2, 0, fitted.components().get(1));
    assertComponent(0.02, root6, root6, -2 * root6, fitted.components().get(2));
  }

  private static void assertComponent(
      double eigenvalue, double red, double green, double blue, PcaLighting.Component got) {
    assertEquals(eigenvalue, got.eigenvalue(), 1e-7, got::toString);
    // The sign of an eigenvector is free.
    double sign = Math.signum(got.red() * red + got.green() * green + got.blue() * blue);
    assertEquals(red, sign * got.red(), 1e-5, got::toString);
    assertEquals(green, sign * got.green(), 1e-5, got::toString);
    assertEquals(blue, sign * got.blue(), 1e-5, got::toString);
  }

  @Test
  void constantDataAndSigmaZeroChangeNothing() {
    PcaLighting constant = PcaLighting.fit(pixels(0.3f, 0.6f, 0.1f, 0.3f, 0.6f, 0.1f));
    assertKeeps(constant, noise(3, 4, 4));
    assertKeeps(PcaLighting.imageNet().sigma(0), noise(3, 4, 4));
  }

  @Test
  void fittingOnNothingUsefulIsRefused() {
    Dataset none = new dev.cambium.data.Subset(pixels(1, 2, 3));
    assertTrue(
        assertThrows(DatasetException.class, () -> PcaLighting.fit(none))
            .getMessage()
            .contains("at least one training sample"));
    Dataset broken = pixels(0, 0, 0, 0, Float.NaN, 0);
    assertTrue(
        assertThrows(DatasetException.class, () -> PcaLighting.fit(broken))
            .getMessage()
            .contains("sample 1 has a pixel that is NaN"));
    assertRefused(() -> PcaLighting.fit(Pictures.dataset(2, 1, 3, 3)), "3 channels", "got 1");
  }

  @Test
  void badSettingsAreRefused() {
    assertRefused(() -> PcaLighting.imageNet().sigma(-1), "sigma", "got -1.0");
    assertRefused(() -> new PcaLighting.Component(-1, 0, 0, 0), "eigenvalue", "got -1.0");
    assertRefused(() -> new PcaLighting.Component(1, Double.NaN, 0, 0), "eigenvector", "NaN");
    assertRefused(() -> PcaLighting.imageNet().outputShape(Shape.of(1, 4, 4)), "3 channels");
    assertRefused(() -> PcaLighting.imageNet().apply(noise(1, 2, 2), stream("x")), "3 channels");
  }
}
