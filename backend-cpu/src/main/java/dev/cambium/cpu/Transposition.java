package dev.cambium.cpu;

import dev.cambium.tensor.Shape;
import java.nio.ByteBuffer;

/**
 * Between row-major and channels-last: per image, a matrix of planes by pixels is transposed. The
 * matrix is walked in tiles, so that the lines that are written stay in the cache.
 */
final class Transposition {
  private static final int TILE = 32;
  private static final long GRAIN = 1 << 15;

  private Transposition() {}

  /** N,C,H,W to N,H,W,C for a shape [N, C, H, W]. */
  static void toChannelsLast(
      CpuParallel parallel, Shape shape, int elementBytes, ByteBuffer from, ByteBuffer to) {
    int pixels = Math.toIntExact(shape.size(2, 4));
    new Matrices(shape.dim(0), shape.dim(1), pixels, elementBytes, from, to).run(parallel);
  }

  /** N,H,W,C to N,C,H,W for a shape [N, C, H, W]. */
  static void toRowMajor(
      CpuParallel parallel, Shape shape, int elementBytes, ByteBuffer from, ByteBuffer to) {
    int pixels = Math.toIntExact(shape.size(2, 4));
    new Matrices(shape.dim(0), pixels, shape.dim(1), elementBytes, from, to).run(parallel);
  }

  /** Matrices that lie one after the other. */
  private record Matrices(
      int count, int rows, int columns, int elementBytes, ByteBuffer from, ByteBuffer to) {
    void run(CpuParallel parallel) {
      int bands = (rows + TILE - 1) / TILE;
      long bandsPerChunk = Math.max(1, GRAIN / ((long) TILE * columns));
      parallel.loop(
          (long) count * bands, bandsPerChunk, (chunk, first, last) -> bands(first, last));
    }

    private void bands(long first, long last) {
      int bands = (rows + TILE - 1) / TILE;
      for (long band = first; band < last; band++) {
        int offset = (int) (band / bands) * rows * columns;
        int row = (int) (band % bands) * TILE;
        for (int column = 0; column < columns; column += TILE) {
          tile(offset, row, column);
        }
      }
    }

    private void tile(int offset, int row, int column) {
      int lastRow = Math.min(rows, row + TILE);
      int lastColumn = Math.min(columns, column + TILE);
      switch (elementBytes) {
        case 1 -> bytes(offset, row, lastRow, column, lastColumn);
        case 4 -> ints(offset, row, lastRow, column, lastColumn);
        default -> longs(offset, row, lastRow, column, lastColumn);
      }
    }

    private void bytes(int offset, int row, int lastRow, int column, int lastColumn) {
      for (int c = column; c < lastColumn; c++) {
        for (int r = row; r < lastRow; r++) {
          to.put(offset + c * rows + r, from.get(offset + r * columns + c));
        }
      }
    }

    private void ints(int offset, int row, int lastRow, int column, int lastColumn) {
      for (int c = column; c < lastColumn; c++) {
        for (int r = row; r < lastRow; r++) {
          to.putInt((offset + c * rows + r) * 4, from.getInt((offset + r * columns + c) * 4));
        }
      }
    }

    private void longs(int offset, int row, int lastRow, int column, int lastColumn) {
      for (int c = column; c < lastColumn; c++) {
        for (int r = row; r < lastRow; r++) {
          to.putLong((offset + c * rows + r) * 8, from.getLong((offset + r * columns + c) * 8));
        }
      }
    }
  }
}
