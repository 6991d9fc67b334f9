package dev.cambium.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.image.HistogramPlot.Panel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistogramPlotTest {
  /** The blue of the bars, (31, 119, 180), by its red. */
  private static final float BAR_RED = 31 / 255f;

  @TempDir Path folder;

  @Test
  void valuesAreCountedInBarsOfEqualWidth() {
    double[] values = {-1, -0.6, -0.5, 0.1, 0.2, 0.3, 1, 7, -9, Double.NaN};
    // Bars [-1, -0.5), [-0.5, 0), [0, 0.5), [0.5, 1]; 7 and -9 at the ends, the NaN nowhere.
    assertEquals(List.of(3L, 1L, 3L, 2L), Panel.of("", values, -1, 1, 4).counts());
  }

  @Test
  void aBarIsAsTallAsItsCount() {
    Image image = new HistogramPlot("t", List.of(new Panel("p", 0, 1, List.of(4L, 2L, 0L)))).draw();
    int[] tall = new int[3];
    for (int bar = 0; bar < 3; bar++) {
      for (int y = 0; y < image.height(); y++) {
        tall[bar] += image.get(0, y, 16 + 25 + 50 * bar) == BAR_RED ? 1 : 0; // its middle column
      }
    }
    assertArrayEquals(new int[] {120, 60, 0}, tall);
  }

  @Test
  void panelsStandSideBySideWithTitlesAndAxes() {
    Panel panel = new Panel("layer 1", -1, 1, List.of(0L));
    Image one = new HistogramPlot("tanh", List.of(panel)).draw();
    Image three = new HistogramPlot("tanh", List.of(panel, panel, panel)).draw();
    assertEquals(3, one.channels());
    assertEquals(one.height(), three.height());
    assertEquals(16 + 3 * (one.width() - 16), three.width());
    assertTrue(darkPixels(one, 0, 28) > 20, "the title");
    assertTrue(darkPixels(one, 28, 46) > 20, "the panel's title");
    assertTrue(darkPixels(one, 168, one.height()) > 10, "the ends of the axis");
  }

  private static int darkPixels(Image image, int from, int to) {
    int dark = 0;
    for (int y = from; y < to; y++) {
      for (int x = 0; x < image.width(); x++) {
        dark += image.get(1, y, x) < 0.5 ? 1 : 0;
      }
    }
    return dark;
  }

  @Test
  void thePictureIsAPngFile() throws IOException {
    Path file = folder.resolve("plot.png");
    Image plot = new HistogramPlot("t", List.of(new Panel("p", 0, 1, List.of(1L)))).draw();
    plot.writePng(file);
    assertArrayEquals(plot.values(), Image.read(file).values());
  }

  @Test
  void whatCannotBeDrawnIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new HistogramPlot("t", List.of()));
    assertThrows(IllegalArgumentException.class, () -> new Panel("p", 1, 1, List.of(1L)));
    assertThrows(IllegalArgumentException.class, () -> new Panel("p", 0, Double.NaN, List.of(1L)));
    assertThrows(IllegalArgumentException.class, () -> new Panel("p", 0, 1, List.of()));
    assertThrows(IllegalArgumentException.class, () -> new Panel("p", 0, 1, List.of(-1L)));
    assertThrows(IllegalArgumentException.class, () -> Panel.of("p", new double[] {1}, 0, 1, 0));
  }
}
