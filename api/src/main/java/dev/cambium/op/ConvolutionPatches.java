package dev.cambium.op;

import dev.cambium.tensor.Shape;
import java.util.Arrays;

/**
 * Convolution as a product of matrices: for each position of a filter (i, j), the patch of one
 * group of an image that the filter meets there, as a vector of K = C/groups kH kW pixels in the
 * order (c, p, q) of the filter's weights, with 0 outside of the image. A filter's output is the
 * product of its weights with the patches.
 */
final class ConvolutionPatches {
  private final int channels;
  private final int plane;
  private final int positions;
  private final int taps;

  /** For each tap (p, q) and position (i, j), the pixel's index in its plane, or -1 outside. */
  private final int[] pixels;

  /** The patches of an image of shape [N, C, H, W] under filters of shape {@code w}. */
  ConvolutionPatches(ConvolutionGeometry geometry, Shape x, Shape w, Shape y) {
    this.channels = w.dim(1);
    this.plane = x.dim(2) * x.dim(3);
    this.positions = y.dim(2) * y.dim(3);
    this.taps = w.dim(2) * w.dim(3);
    this.pixels = new int[taps * positions];
    int at = 0;
    for (int tap = 0; tap < taps; tap++) {
      int down = tap / w.dim(3) * geometry.dilation().height() - geometry.padding().top();
      int across = tap % w.dim(3) * geometry.dilation().width() - geometry.padding().left();
      for (int i = 0; i < y.dim(2); i++) {
        int row = i * geometry.stride().height() + down;
        for (int j = 0; j < y.dim(3); j++) {
          int column = j * geometry.stride().width() + across;
          boolean inside = row >= 0 && row < x.dim(2) && column >= 0 && column < x.dim(3);
          pixels[at++] = inside ? row * x.dim(3) + column : -1;
        }
      }
    }
  }

  /** K: the number of pixels of a patch. */
  int size() {
    return channels * taps;
  }

  /** The number of patches of an image: output height times output width. */
  int positions() {
    return positions;
  }

  /** An array for all patches of one group of one image. */
  double[] allocate() {
    return new double[Math.multiplyExact(size(), positions)];
  }

  /** Where group {@code group} of image {@code n} begins in x, for {@code groups} groups. */
  int begin(int n, int group, int groups) {
    return (n * groups + group) * channels * plane;
  }

  /** Copies the patches of the group that begins at x[xi] to a matrix [K, positions]. */
  void gather(double[] x, int xi, double[] patches) {
    int at = 0;
    for (int c = 0; c < channels; c++) {
      for (int pixel : pixels) {
        patches[at++] = pixel < 0 ? 0 : x[xi + c * plane + pixel];
      }
    }
  }

  /** Copies the patches of the group that begins at x[xi] to a matrix [positions, K]. */
  void gatherTransposed(double[] x, int xi, double[] patches) {
    for (int position = 0; position < positions; position++) {
      int at = position * size();
      for (int c = 0; c < channels; c++) {
        for (int tap = 0; tap < taps; tap++) {
          int pixel = pixels[tap * positions + position];
          patches[at++] = pixel < 0 ? 0 : x[xi + c * plane + pixel];
        }
      }
    }
  }

  /** Sets the group that begins at x[xi] to the sums of a matrix [K, positions] over its pixels. */
  void scatter(double[] patches, double[] x, int xi) {
    Arrays.fill(x, xi, xi + channels * plane, 0);
    int at = 0;
    for (int c = 0; c < channels; c++) {
      for (int pixel : pixels) {
        double value = patches[at++];
        if (pixel >= 0) {
          x[xi + c * plane + pixel] += value;
        }
      }
    }
  }
}
