package dev.cambium.nd4j;

import dev.cambium.tensor.DType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where the pixels of small images come to in large ones: pixel (i, j) to (top + i stepHeight, left
 * + j stepWidth), unless that lies outside.
 *
 * @param planes the planes of an image
 * @param height the rows of a small image
 * @param width the columns of a small image
 * @param rows along the height
 * @param columns along the width
 */
record Placement(long planes, long height, long width, Axis rows, Axis columns) {
  /**
   * One direction of a placement.
   *
   * @param offset where the first pixel comes to; may be negative
   * @param step the distance between two pixels
   * @param size the size of the large image
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

    /** Whether {@code pixels} of them stay where they are, and the large image needs no more. */
    boolean keeps(long pixels) {
      return offset == 0 && step == 1 && size <= pixels;
    }
  }

  /** Whether the small images can stand for the large ones themselves. */
  boolean isNeedless() {
    return rows.keeps(height) && columns.keeps(width);
  }

  /** Whether no pixel lies inside. */
  boolean isEmpty() {
    return rows.count(height) == 0 || columns.count(width) == 0;
  }

  /** The elements of a small image. */
  long pixels() {
    return planes * height * width;
  }

  /** The elements of a large image. */
  long size() {
    return planes * rows.size() * columns.size();
  }

  /** The pixels of one small image that lie inside of the large one. */
  INDArray placed(Nd4jBuffer small) {
    return small.view(firstPixel(), shape(1), new long[] {pixels(), height * width, width, 1});
  }

  /** The places in one large image where they come to. */
  INDArray places(Nd4jBuffer large) {
    return large.view(firstPlace(), shape(1), strides());
  }

  /**
   * Puts {@code count} images of {@code small}, beginning with image {@code n}, into {@code large},
   * which holds zeros wherever no pixel comes to.
   */
  void place(Nd4jBuffer small, long n, long count, Nd4jBuffer large, DType dtype) {
    if (!isEmpty()) {
      long[] shape = shape(count);
      INDArray source =
          small.view(
              n * pixels() + firstPixel(), shape, new long[] {pixels(), height * width, width, 1});
      Arithmetic.assign(source, large.scratch(dtype, firstPlace(), shape, strides()));
    }
  }

  private long[] shape(long count) {
    return new long[] {count, planes, rows.count(height), columns.count(width)};
  }

  private long firstPixel() {
    return rows.first() * width + columns.first();
  }

  private long firstPlace() {
    return rows.start() * columns.size() + columns.start();
  }

  private long[] strides() {
    long wide = columns.size();
    return new long[] {size(), rows.size() * wide, rows.step() * wide, columns.step()};
  }
}
