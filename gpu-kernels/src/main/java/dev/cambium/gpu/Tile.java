package dev.cambium.gpu;

import dev.cambium.tensor.DType;

/**
 * How many sums a group of work-items computes at a time: a variant of the tiled kernels. The first
 * two numbers are rows and columns of the result, the third the terms that are taken through local
 * memory at a time, the last two the rows and columns of a work-item.
 */
enum Tile {
  /** For large results: the fewest reads from local memory. */
  LARGE(128, 128, 8, 8, 8),
  /** For up to 64 columns. */
  TALL(128, 64, 8, 8, 4),
  /** For up to 32 columns. */
  NARROW(128, 32, 8, 8, 4),
  /** For up to 16 columns. */
  THIN(128, 16, 8, 4, 4),
  /** For up to 32 rows. */
  LOW(32, 128, 8, 4, 8),
  /** For up to 16 rows. */
  FLAT(16, 128, 8, 4, 4),
  /** For results that would not keep a device busy with larger tiles. */
  SQUARE(64, 64, 16, 4, 4),
  /** For small results. */
  SMALL(32, 32, 16, 4, 4);

  private static final int PADDING = 4;

  private final int rows;
  private final int columns;
  private final int depth;
  private final int itemRows;
  private final int itemColumns;

  Tile(int rows, int columns, int depth, int itemRows, int itemColumns) {
    this.rows = rows;
    this.columns = columns;
    this.depth = depth;
    this.itemRows = itemRows;
    this.itemColumns = itemColumns;
  }

  /** Rows of the result. */
  int rows() {
    return rows;
  }

  /** Columns of the result. */
  int columns() {
    return columns;
  }

  /** Terms at a time: fewer of the wider type, so that they fit into the least local memory. */
  int depth(DType dtype) {
    return dtype == DType.FLOAT64 ? Math.min(depth, 8) : depth;
  }

  /** Work-items of a group. */
  int items() {
    return rows / itemRows * (columns / itemColumns);
  }

  /** Whether a device can run it. */
  boolean fits(GpuDevice device, DType dtype) {
    return items() <= device.mostLocalItems() && localBytes(dtype) <= device.localBytes();
  }

  /** The local memory of a group, with some for what kernels need beside. */
  long localBytes(DType dtype) {
    long elements = 2L * depth(dtype) * (rows + columns + 2 * PADDING);
    long beside = 8L * rows + 1024;
    return elements * dtype.bytes() + beside;
  }

  /** A program in this variant. */
  GpuProgram program(String file, DType dtype) {
    return GpuProgram.of(file, dtype)
        .with("TILE_M", rows)
        .with("TILE_N", columns)
        .with("TILE_K", depth(dtype))
        .with("ITEM_M", itemRows)
        .with("ITEM_N", itemColumns);
  }
}
