package dev.cambium.data.augment;

import dev.cambium.image.Image;

/**
 * A picture seen through a map of coordinates: each pixel of the result says where in the source it
 * comes from, and is interpolated linearly between the four pixels around that place. Beyond the
 * border the source continues with a constant. Pixel centres have whole coordinates.
 */
final class Warp {
  /** A pixel that is not between four pixels of the picture, or exactly on one. */
  private static final int SPECIAL = -1;

  /** Where the pixels of a row come from. */
  interface Map {
    /** Sets the coordinates in the source of pixel (x, row) for each x. */
    void row(int row, double[] sourceX, double[] sourceY);
  }

  private final float[] in;
  private final int height;
  private final int width;
  private final float fill;
  private final double[] sourceX;
  private final double[] sourceY;
  private final int[] corner;
  private final float[] right;
  private final float[] down;

  private Warp(Image image, float fill) {
    this.in = image.values();
    this.height = image.height();
    this.width = image.width();
    this.fill = fill;
    this.sourceX = new double[width];
    this.sourceY = new double[width];
    this.corner = new int[width];
    this.right = new float[width];
    this.down = new float[width];
  }

  static Image apply(Image image, float fill, Map map) {
    Warp warp = new Warp(image, fill);
    float[] out = new float[warp.in.length];
    for (int y = 0; y < warp.height; y++) {
      map.row(y, warp.sourceX, warp.sourceY);
      warp.place();
      for (int c = 0; c < image.channels(); c++) {
        int plane = c * warp.height * warp.width;
        warp.interpolate(plane, out, plane + y * warp.width);
      }
    }
    return Image.of(image.channels(), image.height(), image.width(), out);
  }

  /** For each pixel of the row: the corner above and left of its place, and how far it is off. */
  private void place() {
    for (int x = 0; x < width; x++) {
      double column = sourceX[x];
      double row = sourceY[x];
      // The comparisons also send away what is infinite or NaN.
      if (column >= 0 && column < width - 1 && row >= 0 && row < height - 1) {
        int x0 = (int) column;
        int y0 = (int) row;
        right[x] = (float) (column - x0);
        down[x] = (float) (row - y0);
        corner[x] = column == x0 && row == y0 ? SPECIAL : y0 * width + x0;
      } else {
        corner[x] = SPECIAL;
      }
    }
  }

  private void interpolate(int plane, float[] out, int to) {
    for (int x = 0; x < width; x++) {
      if (corner[x] == SPECIAL) {
        out[to + x] = special(plane, sourceX[x], sourceY[x]);
      } else {
        int at = plane + corner[x];
        float top = in[at] + right[x] * (in[at + 1] - in[at]);
        float bottom = in[at + width] + right[x] * (in[at + width + 1] - in[at + width]);
        out[to + x] = top + down[x] * (bottom - top);
      }
    }
  }

  private float special(int plane, double column, double row) {
    if (!(column > -1 && column < width && row > -1 && row < height)) {
      return fill;
    }
    int x0 = (int) Math.floor(column);
    int y0 = (int) Math.floor(row);
    float toRight = (float) (column - x0);
    float toBottom = (float) (row - y0);
    float top = between(pixel(plane, y0, x0), pixel(plane, y0, x0 + 1), toRight);
    float bottom = between(pixel(plane, y0 + 1, x0), pixel(plane, y0 + 1, x0 + 1), toRight);
    return between(top, bottom, toBottom);
  }

  /** Exactly {@code a} at 0, whatever {@code b} is: a NaN beside a pixel is not seen from it. */
  private static float between(float a, float b, float part) {
    return part == 0 ? a : a + part * (b - a);
  }

  private float pixel(int plane, int row, int column) {
    boolean inside = row >= 0 && row < height && column >= 0 && column < width;
    return inside ? in[plane + row * width + column] : fill;
  }
}
