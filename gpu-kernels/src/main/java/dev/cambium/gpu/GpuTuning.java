package dev.cambium.gpu;

import dev.cambium.tensor.DType;
import java.util.Map;

/**
 * Which variants of the kernels run on a device: what suits it, and a product by its shape, or what
 * was measured to be faster.
 *
 * @param tiles by family, element type and the tile that the shape suggests, see {@link #key}, the
 *     tile that is faster
 * @param wide for processors, by {@link #WIDE}, the one that is faster for all products
 */
record GpuTuning(Map<String, Tile> tiles, Map<String, WideTile> wide) {
  /** Nothing was measured. */
  static final GpuTuning NONE = new GpuTuning(Map.of(), Map.of());

  /** The name of the choice for processors, as files of tuning have it. */
  static final String WIDE = "WIDE";

  /** Copies the maps. */
  GpuTuning {
    tiles = Map.copyOf(tiles);
    wide = Map.copyOf(wide);
  }

  /** These with other choices for GPUs. */
  GpuTuning withTiles(Map<String, Tile> others) {
    return new GpuTuning(others, wide);
  }

  /** These with other choices for processors. */
  GpuTuning withWide(Map<String, WideTile> others) {
    return new GpuTuning(tiles, others);
  }

  /** The name of a choice, as files of tuning have it. */
  static String key(TiledFamily family, DType dtype, Tile byDefault) {
    return family + "." + dtype + "." + byDefault;
  }

  /** The tile for a product. */
  Tile tile(TiledFamily family, ProductSize size, GpuDevice device) {
    Tile byDefault = family.byDefault(size, device);
    Tile tuned = tiles.getOrDefault(key(family, size.dtype(), byDefault), byDefault);
    return family.runs(tuned, device, size.dtype()) ? tuned : byDefault;
  }

  /** How a product is cut. */
  Tiling tiling(TiledFamily family, ProductSize size, GpuDevice device) {
    return Tiling.of(size, tile(family, size, device), device);
  }

  /** The tile of the products for processors. */
  WideTile wideTile(GpuDevice device) {
    return wide.getOrDefault(WIDE, WideTile.byDefault(device));
  }
}
