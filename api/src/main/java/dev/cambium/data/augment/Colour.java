package dev.cambium.data.augment;

import dev.cambium.image.Image;

/**
 * The arithmetic of colours, in place, on pictures of one channel (grey) or three (red, green,
 * blue). Loops have no branch and one index, which is what the JIT compiler makes vectors of; so
 * minimum and maximum stand where a selection might.
 */
final class Colour {
  /** ITU-R BT.601's luma with the four digits that torchvision uses. */
  private static final float RED = 0.2989f;

  private static final float GREEN = 0.587f;
  private static final float BLUE = 0.114f;

  /** Pixels that are taken out of the planes at a time: a block of all three stays in cache. */
  private static final int BLOCK = 1024;

  /** Changes {@code count} pixels in place. */
  private interface Pixels {
    void change(float[] red, float[] green, float[] blue, int count);
  }

  private Colour() {}

  /** {@code factor * x}, clamped to [0, 1]; NaN stays. */
  static void brightness(Image image, double factor) {
    blend(image.values(), (float) factor, 0);
  }

  /** {@code factor * x + (1 - factor) * mean}, the mean of the picture's grey, clamped. */
  static void contrast(Image image, double factor) {
    blend(image.values(), (float) factor, (float) ((1 - factor) * (float) greyMean(image)));
  }

  private static void blend(float[] values, float factor, float offset) {
    for (int i = 0; i < values.length; i++) {
      values[i] = clamp(factor * values[i] + offset);
    }
  }

  private static float clamp(float value) {
    return Math.max(0f, Math.min(1f, value));
  }

  /** The mean over all pixels of the grey, from the mean of each channel. */
  private static double greyMean(Image image) {
    float[] values = image.values();
    int plane = image.height() * image.width();
    if (image.channels() == 1) {
      return sum(values, 0, plane) / plane;
    }
    double red = sum(values, 0, plane);
    double green = sum(values, plane, plane);
    double blue = sum(values, 2 * plane, plane);
    return (RED * red + GREEN * green + BLUE * blue) / plane;
  }

  /** Four sums side by side, as each addition would wait for the one before. */
  private static double sum(float[] values, int from, int count) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int end = from + count;
    int i = from;
    for (; i < end - 3; i += 4) {
      a += values[i];
      b += values[i + 1];
      c += values[i + 2];
      d += values[i + 3];
    }
    for (; i < end; i++) {
      a += values[i];
    }
    return (a + b) + (c + d);
  }

  /** {@code factor * x + (1 - factor) * grey}, the grey of each pixel, clamped to [0, 1]. */
  static void saturation(Image image, double factor) {
    float own = (float) factor;
    float other = (float) (1 - factor);
    forPixels(
        image,
        (red, green, blue, count) -> {
          for (int i = 0; i < count; i++) {
            float grey = other * grey(red[i], green[i], blue[i]);
            red[i] = clamp(own * red[i] + grey);
            green[i] = clamp(own * green[i] + grey);
            blue[i] = clamp(own * blue[i] + grey);
          }
        });
  }

  private static float grey(float red, float green, float blue) {
    return RED * red + GREEN * green + BLUE * blue;
  }

  /** Red, green and blue all become the pixel's grey. */
  static void grey(Image image) {
    forPixels(
        image,
        (red, green, blue, count) -> {
          for (int i = 0; i < count; i++) {
            float grey = grey(red[i], green[i], blue[i]);
            red[i] = grey;
            green[i] = grey;
            blue[i] = grey;
          }
        });
  }

  /**
   * Turns the hue by {@code turn} of a turn, of [-0.5, 0.5]; value and saturation of HSV stay, that
   * is the largest and the smallest of red, green and blue.
   *
   * <p>With {@code t = 1 + (g + b - r - min) / (max - min)} the hue in sixths of a turn is {@code
   * t} where {@code g >= b} and {@code 6 - t} elsewhere. A channel of a colour of hue {@code h} is
   * {@code max - (max - min) * p}, {@code p = clamp(2 - distance)}, with the distance on the circle
   * between {@code h} and the channel's opposite: 3 for red, 5 for green, 1 for blue.
   */
  static void hue(Image image, double turn) {
    float shift = (float) (6 * turn);
    int length = Math.min(image.height() * image.width(), BLOCK);
    float[] max = new float[length];
    float[] range = new float[length];
    float[] hue = new float[length];
    forPixels(
        image,
        (red, green, blue, count) -> {
          // Small loops: the compiler makes no vectors of long ones.
          extremes(red, green, blue, max, range, count);
          hues(red, green, blue, max, range, shift, hue, count);
          channel(max, range, hue, 3, red, count);
          channel(max, range, hue, 5, green, count);
          channel(max, range, hue, 1, blue, count);
        });
  }

  private static void extremes(
      float[] red, float[] green, float[] blue, float[] max, float[] range, int count) {
    for (int i = 0; i < count; i++) {
      max[i] = Math.max(Math.max(red[i], green[i]), blue[i]);
    }
    for (int i = 0; i < count; i++) {
      range[i] = max[i] - Math.min(Math.min(red[i], green[i]), blue[i]);
    }
  }

  private static void hues(
      float[] red,
      float[] green,
      float[] blue,
      float[] max,
      float[] range,
      float shift,
      float[] hue,
      int count) {
    for (int i = 0; i < count; i++) {
      // A grey has no hue: any will do, but not 0 / 0.
      float rise = green[i] + blue[i] - red[i] - (max[i] - range[i]);
      hue[i] = rise / Math.max(range[i], Float.MIN_NORMAL) - 2;
    }
    for (int i = 0; i < count; i++) {
      float side = Math.max(-1f, Math.min(1f, (green[i] - blue[i]) * 1e30f + 1));
      hue[i] = 3 + side * hue[i] + shift;
    }
  }

  private static void channel(
      float[] max, float[] range, float[] hue, float opposite, float[] to, int count) {
    for (int i = 0; i < count; i++) {
      // The distance on a circle of 6 is 3 - ||a| - 6| - 3| for a of [-12, 12].
      float distance = 3 - Math.abs(Math.abs(Math.abs(hue[i] - opposite) - 6) - 3);
      to[i] = max[i] - range[i] * clamp(2 - distance);
    }
  }

  private static void forPixels(Image image, Pixels pixels) {
    float[] values = image.values();
    int plane = image.height() * image.width();
    float[] red = new float[Math.min(plane, BLOCK)];
    float[] green = new float[red.length];
    float[] blue = new float[red.length];
    for (int from = 0; from < plane; from += red.length) {
      int count = Math.min(red.length, plane - from);
      System.arraycopy(values, from, red, 0, count);
      System.arraycopy(values, plane + from, green, 0, count);
      System.arraycopy(values, 2 * plane + from, blue, 0, count);
      pixels.change(red, green, blue, count);
      System.arraycopy(red, 0, values, from, count);
      System.arraycopy(green, 0, values, plane + from, count);
      System.arraycopy(blue, 0, values, 2 * plane + from, count);
    }
  }
}
