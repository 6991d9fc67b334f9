package dev.cambium.gpu;

import dev.cambium.tensor.DType;
import java.util.Map;

/**
 * Which tiles run on a device: what suits it by its shape, or what was measured to be faster for
 * products for which the shape suggests the same.
 *
 * @param tiles by family, element type and the tile that the shape suggests, see {@link #key}, the
 *     tile that is faster
 */
record GpuTuning(Map<String, Tile> tiles) {
  /** Nothing was measured. */
  static final GpuTuning NONE = new GpuTuning(Map.of());

  /** Copies the map. */
  GpuTuning {
    tiles = Map.copyOf(tiles);
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
}
