package dev.cambium.gpu;

import dev.cambium.tensor.DType;
import java.util.EnumSet;
import java.util.Set;

/** The kinds of tiled products, each with a source of its own, and the tiles that suit them. */
enum TiledFamily {
  /** Matrices. */
  PRODUCT("products", "tiled_product", EnumSet.allOf(Tile.class)),
  /** Pixels by filters. */
  CONVOLUTION(
      "convolutions", "tiled_convolution", EnumSet.complementOf(EnumSet.of(Tile.LOW, Tile.FLAT))),
  /** Pixels by channels. */
  BACKWARD_DATA(
      "gradients by x",
      "tiled_convolution_data",
      EnumSet.complementOf(EnumSet.of(Tile.LOW, Tile.FLAT))),
  /** Filters by taps with channels. */
  BACKWARD_WEIGHTS(
      "gradients by weights",
      "tiled_convolution_weights",
      EnumSet.of(Tile.LARGE, Tile.SQUARE, Tile.LOW, Tile.FLAT, Tile.SMALL));

  private final String words;
  private final String file;
  private final Set<Tile> tiles;

  TiledFamily(String words, String file, Set<Tile> tiles) {
    this.words = words;
    this.file = file;
    this.tiles = tiles;
  }

  /** In the plural, as those who tune read it. */
  String words() {
    return words;
  }

  /** The tiles that it is compiled for. */
  Set<Tile> tiles() {
    return tiles;
  }

  /** Whether it can run so on a device. */
  boolean runs(Tile tile, GpuDevice device, DType dtype) {
    return tiles.contains(tile) && tile.fits(device, dtype);
  }

  /** The program of a variant. */
  GpuProgram program(Tile tile, DType dtype) {
    return tile.program(file, dtype);
  }

  /** What suits a product on a device of which nothing more is known. */
  Tile byDefault(ProductSize size, GpuDevice device) {
    Tile tile = byShape(size);
    if (tile == Tile.LARGE && !(runs(tile, device, size.dtype()) && isBusy(tile, size, device))) {
      tile = Tile.TALL;
    }
    if (tile == Tile.TALL && !(runs(tile, device, size.dtype()) && isBusy(tile, size, device))) {
      tile = Tile.SQUARE;
    }
    if (tile == Tile.SQUARE && !isBusy(tile, size, device)) {
      tile = Tile.SMALL;
    }
    return runs(tile, device, size.dtype()) ? tile : Tile.SMALL;
  }

  /** Little of a tile should lie outside of the result. */
  private static Tile byShape(ProductSize size) {
    long rows = size.rows();
    long columns = size.columns();
    if (columns <= 16) {
      return rows > 64 ? Tile.THIN : Tile.SMALL;
    }
    if (rows <= 16) {
      return columns > 64 ? Tile.FLAT : Tile.SMALL;
    }
    if (columns <= 32) {
      return rows > 64 ? Tile.NARROW : Tile.SMALL;
    }
    if (rows <= 32) {
      return columns > 64 ? Tile.LOW : Tile.SMALL;
    }
    if (rows <= 64) {
      return Tile.SQUARE;
    }
    return columns <= 64 ? Tile.TALL : Tile.LARGE;
  }

  /** Whether each multiprocessor gets a group, ranges of terms counted. */
  private static boolean isBusy(Tile tile, ProductSize size, GpuDevice device) {
    Tiling tiling = Tiling.of(size, tile, device);
    long groups = tiling.tilesDown() * tiling.tilesAcross() * tiling.places() * tiling.parts();
    return groups >= device.computeUnits();
  }
}
