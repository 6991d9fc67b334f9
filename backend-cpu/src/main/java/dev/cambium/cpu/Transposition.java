package dev.cambium.cpu;

import dev.cambium.tensor.Shape;
import java.nio.ByteBuffer;

/**
 * Between row-major and channels-last: per image, a matrix of planes by pixels is transposed. Tiles
 * of it pass through arrays on the heap, which stay in the nearest cache: loops over arrays are
 * fast, loops over native memory are not.
 */
final class Transposition {
  private static final int SIDE = 64;
  private static final int TILE = SIDE * SIDE;

  private Transposition() {}

  /** N,C,H,W to N,H,W,C for a shape [N, C, H, W]. */
  static void toChannelsLast(
      CpuParallel parallel, Shape shape, int elementBytes, ByteBuffer from, ByteBuffer to) {
    int pixels = Math.toIntExact(shape.size(2, 4));
    run(parallel, shape.dim(0), shape.dim(1), pixels, TransposeTile.of(elementBytes, from, to));
  }

  /** N,H,W,C to N,C,H,W for a shape [N, C, H, W]. */
  static void toRowMajor(
      CpuParallel parallel, Shape shape, int elementBytes, ByteBuffer from, ByteBuffer to) {
    int pixels = Math.toIntExact(shape.size(2, 4));
    run(parallel, shape.dim(0), pixels, shape.dim(1), TransposeTile.of(elementBytes, from, to));
  }

  /** Transposes {@code count} matrices that lie one after the other. */
  private static void run(
      CpuParallel parallel, int count, int rows, int columns, TransposeTile tiles) {
    int height = Math.min(rows, Math.max(SIDE, TILE / columns));
    int width = Math.min(columns, TILE / Math.min(height, TILE));
    int tilesDown = (rows + height - 1) / height;
    int tilesAcross = (columns + width - 1) / width;
    long perMatrix = (long) tilesDown * tilesAcross;
    long grain = Math.max(1, 4 * TILE / ((long) height * width));
    parallel.loop(
        count * perMatrix,
        grain,
        (chunk, first, last) -> {
          TransposeTile.Worker worker = tiles.worker(height * width);
          for (long tile = first; tile < last; tile++) {
            int inMatrix = (int) (tile % perMatrix);
            int row = inMatrix / tilesAcross * height;
            int column = inMatrix % tilesAcross * width;
            int offset = (int) (tile / perMatrix) * rows * columns;
            worker.read(
                offset + row * columns + column,
                columns,
                Math.min(height, rows - row),
                Math.min(width, columns - column));
            worker.write(offset + column * rows + row, rows);
          }
        });
  }
}
