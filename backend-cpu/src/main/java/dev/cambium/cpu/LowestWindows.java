package dev.cambium.cpu;

import dev.cambium.op.Window2d;
import dev.cambium.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * The windows that oneDNN's max pooling gets wrong. Its search begins at the least finite number
 * and the window's first tap, and only a larger pixel replaces these: a window of negative
 * infinities gives that number, and one that begins in the padding has chosen padding, so that its
 * gradient is lost. Such windows are known by their result, and searched again; the index of the
 * first of the largest pixels takes the place of oneDNN's. A window of nothing but NaN gives NaN.
 */
final class LowestWindows implements CpuParallel.Body {
  private static final int GRAIN = 1 << 15;
  private static final int TILE = 1 << 11;
  private static final int LOWEST = Float.floatToRawIntBits(-Float.MAX_VALUE);

  private final CpuParallel parallel;
  private final Window2d window;
  private final Shape image;
  private final Shape result;
  private final int indexBytes;
  private FloatBuffer x;
  private FloatBuffer y;
  private IntBuffer bits;
  private ByteBuffer indices;

  /**
   * Of one pooling.
   *
   * @param image [N, C, H, W]
   * @param workspace the layout of oneDNN's indices: one for each result, in the same order
   */
  LowestWindows(CpuPlatform platform, Window2d window, Shape image, OneDnnLayout workspace) {
    this.parallel = platform.parallel();
    this.window = window;
    this.image = image;
    this.result = window.output(image);
    this.indexBytes = Math.toIntExact(workspace.bytes() / result.size());
  }

  /** Corrects y, of which {@code bits} is another view, and the indices; all channels-last. */
  void correct(FloatBuffer x, FloatBuffer y, IntBuffer bits, ByteBuffer indices) {
    this.x = x;
    this.y = y;
    this.bits = bits;
    this.indices = indices;
    parallel.loop(result.size(), GRAIN, this);
  }

  @Override
  public void run(int chunk, long from, long to) {
    int[] tile = new int[TILE];
    for (int at = (int) from; at < to; at += TILE) {
      int length = (int) Math.min(TILE, to - at);
      bits.get(at, tile, 0, length);
      if (contains(tile, length)) {
        for (int i = 0; i < length; i++) {
          if (tile[i] == LOWEST) {
            searchAgain(at + i);
          }
        }
      }
    }
  }

  /** Of all numbers only 0 has the sign bit in (d - 1) &amp; ~d. */
  private static boolean contains(int[] tile, int length) {
    int found = 0;
    for (int i = 0; i < length; i++) {
      int difference = tile[i] ^ LOWEST;
      found += ((difference - 1) & ~difference) >>> 31;
    }
    return found > 0;
  }

  private void searchAgain(int at) {
    int channel = at % image.dim(1);
    int position = at / image.dim(1);
    int j = position % result.dim(3);
    int i = position / result.dim(3) % result.dim(2);
    int n = position / result.dim(3) / result.dim(2);
    int top = i * window.stride().height() - window.padding().top();
    int left = j * window.stride().width() - window.padding().left();
    int bottom = Math.min(image.dim(2), top + window.kernel().height());
    int right = Math.min(image.dim(3), left + window.kernel().width());
    float largest = Float.NaN;
    int chosen = -1;
    for (int row = Math.max(0, top); row < bottom; row++) {
      for (int column = Math.max(0, left); column < right; column++) {
        int pixel = (n * image.dim(2) + row) * image.dim(3) + column;
        float value = x.get(pixel * image.dim(1) + channel);
        if (chosen < 0 || value > largest || (Float.isNaN(largest) && !Float.isNaN(value))) {
          largest = value;
          chosen = (row - top) * window.kernel().width() + column - left;
        }
      }
    }
    y.put(at, largest);
    if (indexBytes == Integer.BYTES) {
      indices.putInt(at * Integer.BYTES, chosen);
    } else {
      indices.put(at, (byte) chosen);
    }
  }
}
