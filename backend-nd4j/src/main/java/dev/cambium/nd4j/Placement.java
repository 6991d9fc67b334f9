package dev.cambium.nd4j;

import dev.cambium.tensor.DType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Puts images into larger ones that are 0 elsewhere: a pixel (i, j) comes to (top + i stepHeight,
 * left + j stepWidth), unless that lies outside.
 *
 * @param channels the planes of an image
 * @param height the rows of an image
 * @param width the columns of an image
 * @param rows along the height
 * @param columns along the width
 */
record Placement(long channels, long height, long width, Axis rows, Axis columns) {
  /**
   * One direction of a placement.
   *
   * @param offset where the first pixel comes to; may be negative
   * @param step the distance between two pixels
   * @param size the size of the larger image
   */
  record Axis(long offset, long step, long size) {
    /** The first pixel that lies inside. */
    long first() {
      return offset >= 0 ? 0 : (-offset + step - 1) / step;
    }

    /** How many of {@code pixels} lie inside. */
    long count(long pixels) {
      long end = Math.min(pixels, size <= offset ? 0 : (size - offset + step - 1) / step);
      return Math.max(0, end - first());
    }

    /** Where the first pixel that lies inside comes to. */
    long start() {
      return offset + first() * step;
    }

    /** Whether {@code pixels} of them stay where they are, and the larger image needs no more. */
    boolean keeps(long pixels) {
      return offset == 0 && step == 1 && size <= pixels;
    }
  }

  /** Whether the images can stand for the larger ones themselves. */
  boolean isNeedless() {
    return rows.keeps(height) && columns.keeps(width);
  }

  /** The elements of an image. */
  long pixels() {
    return channels * height * width;
  }

  /** The elements of a larger image. */
  long size() {
    return channels * rows.size() * columns.size();
  }

  /**
   * Puts {@code count} images of {@code from}, beginning with image {@code n}, into {@code to},
   * which holds zeros wherever no pixel comes to.
   */
  void place(Nd4jBuffer from, long n, long count, Nd4jBuffer to, DType dtype) {
    long[] shape = {count, channels, rows.count(height), columns.count(width)};
    if (shape[2] == 0 || shape[3] == 0) {
      return;
    }
    long first = n * pixels() + rows.first() * width + columns.first();
    INDArray source =
        from.view(first, shape, new long[] {pixels(), height * width, width, 1});
    long wide = columns.size();
    long[] strides = {size(), rows.size() * wide, rows.step() * wide, columns.step()};
    long start = rows.start() * wide + columns.start();
    Arithmetic.assign(source, to.scratch(dtype, start, shape, strides));
  }
}
