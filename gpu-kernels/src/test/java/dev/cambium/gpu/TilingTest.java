package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.tensor.DType;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TilingTest {
  private static GpuDevice device(int computeUnits, long localBytes) {
    return new GpuDevice(
        "fake",
        "0",
        "fake",
        "fake",
        "1",
        false,
        computeUnits,
        1024,
        localBytes,
        1L << 33,
        1L << 31,
        true,
        4);
  }

  private static ProductSize size(long rows, long columns, long terms) {
    return new ProductSize(DType.FLOAT32, rows, columns, terms, 1, 1);
  }

  @ParameterizedTest
  @EnumSource(Tile.class)
  void dividesEachTileEvenlyAmongTheWorkItems(Tile tile) {
    for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
      int depth = tile.depth(dtype);
      assertEquals(0, tile.rows() * depth % tile.items());
      assertEquals(0, tile.columns() * depth % tile.items());
      assertEquals(0, tile.items() % depth);
      assertEquals(0, tile.items() % tile.rows());
      assertEquals(0, tile.items() % tile.columns());
    }
  }

  @Test
  void findsATileForEveryDeviceOfTheOpenClMinimum() {
    GpuDevice least = device(1, 32 << 10);
    for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
      for (TiledFamily family : TiledFamily.values()) {
        assertTrue(family.runs(Tile.SMALL, least, dtype));
      }
    }
    assertTrue(Tile.LARGE.fits(least, DType.FLOAT32));
    assertFalse(Tile.LARGE.fits(least, DType.FLOAT64));
  }

  @ParameterizedTest
  @CsvSource({
    "131072, 128, 576, LARGE",
    "131072, 64, 576, TALL",
    "131072, 32, 288, NARROW",
    "131072, 16, 144, THIN",
    "131072, 3, 144, THIN",
    "200, 200, 64, SMALL",
    "20, 20, 5000, SMALL",
    "16, 144, 131072, FLAT",
    "32, 288, 131072, LOW"
  })
  void choosesTheTileByTheShape(long rows, long columns, long terms, Tile expected) {
    assertEquals(
        expected, TiledFamily.PRODUCT.byDefault(size(rows, columns, terms), device(80, 48 << 10)));
  }

  @Test
  void prefersWhatWasTunedWhereItRuns() {
    ProductSize size = size(131072, 128, 576);
    GpuDevice device = device(80, 48 << 10);
    String key = GpuTuning.key(TiledFamily.CONVOLUTION, DType.FLOAT32, Tile.LARGE);
    GpuTuning square = GpuTuning.NONE.withTiles(Map.of(key, Tile.SQUARE));
    assertEquals(Tile.SQUARE, square.tile(TiledFamily.CONVOLUTION, size, device));
    assertEquals(Tile.LARGE, square.tile(TiledFamily.PRODUCT, size, device));
    GpuTuning unable = GpuTuning.NONE.withTiles(Map.of(key, Tile.FLAT));
    assertEquals(Tile.LARGE, unable.tile(TiledFamily.CONVOLUTION, size, device));
  }

  @Test
  void splitsLongSumsOnlyWhereTilesDoNotFillTheDevice() {
    assertEquals(1, Tiling.of(size(131072, 64, 576), Tile.TALL, device(80, 48 << 10)).parts());
    Tiling split = Tiling.of(size(32, 288, 131072), Tile.LOW, device(80, 48 << 10));
    assertEquals(80, split.parts());
    assertEquals(1, Tiling.of(size(32, 32, 100), Tile.SMALL, device(80, 48 << 10)).parts());
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "7, 300", "128, 4096", "33, 100000"})
  void coversAllTermsWithoutAnEmptyPart(long rows, long terms) {
    for (int units : new int[] {1, 7, 80, 500}) {
      Tiling tiling = Tiling.of(size(rows, 40, terms), Tile.SMALL, device(units, 48 << 10));
      long tiles = Grid.groups(terms, Tile.SMALL.depth(DType.FLOAT32));
      assertTrue((long) tiling.parts() * tiling.tilesEach() >= tiles, tiling::toString);
      assertTrue((long) (tiling.parts() - 1) * tiling.tilesEach() < tiles, tiling::toString);
    }
  }

  @Test
  void launchesNothingForAnEmptyResult() {
    assertTrue(Tiling.of(size(0, 40, 9), Tile.SMALL, device(4, 48 << 10)).grid().isEmpty());
  }

  @Test
  void keepsTheNumbersOfALongSumWithin32Bits() {
    Tiling tiling = Tiling.of(size(16, 16, 3L << 30), Tile.SMALL, device(1, 48 << 10));
    assertTrue((long) tiling.tilesEach() * 16 <= 1L << 29, tiling::toString);
  }
}
