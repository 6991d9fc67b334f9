package dev.cambium.gpu;

import dev.cambium.tensor.DType;

/**
 * How a product is cut into groups of work-items: tiles of the result, and ranges of the terms
 * where the tiles alone would not keep the device busy. Groups that share a tile each leave partial
 * sums, which a second launch adds up in order.
 *
 * @param tile the variant of the kernel
 * @param dtype FLOAT32 or FLOAT64
 * @param tilesDown tiles along the rows
 * @param tilesAcross tiles along the columns
 * @param places independent results: matrices, or groups of channels
 * @param tilesEach how many tiles of terms a group adds up
 * @param parts how many ranges of terms there are
 */
record Tiling(
    Tile tile,
    DType dtype,
    long tilesDown,
    long tilesAcross,
    long places,
    int tilesEach,
    int parts) {
  /** Groups that keep a multiprocessor busy. */
  private static final int GROUPS_PER_UNIT = 3;

  /** Terms below which a range is not worth a second launch. */
  private static final int LEAST_TERMS = 128;

  /** The most working memory for partial sums. */
  private static final long MOST_BYTES = 64L << 20;

  private static final int MOST_PARTS = 256;

  /** Terms that a group may number in 32 bits. */
  private static final long MOST_TERMS = 1L << 29;

  /**
   * Cuts a product.
   *
   * @param size the product
   * @param tile the variant of the kernel
   * @param device where it runs
   */
  static Tiling of(ProductSize size, Tile tile, GpuDevice device) {
    long down = Grid.groups(size.rows(), tile.rows());
    long across = Grid.groups(size.columns(), tile.columns());
    long groups = down * across * size.places();
    long tiles = size.tiles(tile.depth(size.dtype()));
    long parts = Math.max(1, (long) device.computeUnits() * GROUPS_PER_UNIT / Math.max(1, groups));
    parts = Math.min(parts, Math.max(1, size.terms() / LEAST_TERMS));
    long bytes = Math.max(1, size.results() * size.dtype().bytes());
    parts = Math.min(parts, Math.max(1, MOST_BYTES / bytes));
    parts = Math.min(parts, MOST_PARTS);
    parts = Math.max(parts, Grid.groups(size.terms(), MOST_TERMS));
    long each = Math.max(1, Grid.groups(tiles, parts));
    return new Tiling(
        tile,
        size.dtype(),
        down,
        across,
        size.places(),
        Math.toIntExact(each),
        Math.toIntExact(Math.max(1, Grid.groups(tiles, each))));
  }

  /** Whether groups leave partial sums. */
  boolean isSplit() {
    return parts > 1;
  }

  /** Tiles and places along the first axis, parts along the second. */
  Grid grid() {
    return new Grid(tilesDown * tilesAcross * places, parts, 1, tile.items(), 1);
  }

  /** The arguments that follow the sizes: tiles_n, tiles_m, tiles_each, partial. */
  Argument[] arguments() {
    return new Argument[] {
      Argument.of(Math.toIntExact(tilesAcross)),
      Argument.of(Math.toIntExact(tilesDown)),
      Argument.of(tilesEach),
      Argument.of(isSplit() ? 1 : 0)
    };
  }
}
