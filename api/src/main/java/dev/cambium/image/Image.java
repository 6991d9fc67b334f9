package dev.cambium.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import javax.imageio.ImageIO;

/**
 * A picture as planes of floats, one after the other: {@code [C, H, W]}, rows from the top, 0 is
 * black and 1 is full intensity. One channel is grey, three are red, green and blue. Values outside
 * [0, 1] are legal (noise, standardised pixels) and are clipped only where bytes are written.
 *
 * <p>The planes are shared, not copied, by {@link #of} and {@link #values()}; every method that
 * changes something returns a new picture.
 */
public final class Image {
  /** Values of a picture that are made here: an array of them is sure to be possible. */
  private static final int LARGEST = Integer.MAX_VALUE - 8;

  private final int channels;
  private final int height;
  private final int width;
  private final float[] values;

  private Image(int channels, int height, int width, float[] values) {
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.values = values;
  }

  /**
   * A picture over the given planes.
   *
   * @param values {@code channels * height * width} numbers, not copied
   */
  public static Image of(int channels, int height, int width, float[] values) {
    Objects.requireNonNull(values, "values");
    if (channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "an image needs at least one channel, row and column, got [%d, %d, %d]"
              .formatted(channels, height, width));
    }
    if (values.length != (long) channels * height * width) {
      throw new IllegalArgumentException(
          "values of an image [%d, %d, %d] must be %d numbers, got %d"
              .formatted(channels, height, width, (long) channels * height * width, values.length));
    }
    return new Image(channels, height, width, values);
  }

  /** A picture of one value everywhere. */
  public static Image filled(int channels, int height, int width, float value) {
    Image image = of(channels, height, width, new float[channels * height * width]);
    Arrays.fill(image.values, value);
    return image;
  }

  /**
   * Reads a PNG, JPEG or BMP file. A grey file, a grey palette included, gives one channel, any
   * other three; 16-bit samples keep their precision; what is transparent is laid on white.
   *
   * @throws UnreadableImageException when the file is missing, damaged or of another format
   */
  public static Image read(Path file) {
    return ImageDecoder.read(file);
  }

  /** Number of planes: 1 for grey, 3 for red, green and blue. */
  public int channels() {
    return channels;
  }

  /** Rows. */
  public int height() {
    return height;
  }

  /** Columns. */
  public int width() {
    return width;
  }

  /** The planes, {@code [C, H, W]} in row-major order; shared. */
  public float[] values() {
    return values;
  }

  /** The value of one pixel in one channel. */
  public float get(int channel, int row, int column) {
    Objects.checkIndex(channel, channels);
    Objects.checkIndex(row, height);
    Objects.checkIndex(column, width);
    return values[(channel * height + row) * width + column];
  }

  /**
   * Resized by linear interpolation with half-pixel centres: pixel {@code i} of the result looks at
   * {@code (i + 0.5) * from / to - 0.5}, as in OpenCV and PyTorch. Where the picture shrinks, the
   * triangle filter is stretched by the same factor, so that nothing is skipped and patterns do not
   * alias (as Pillow does).
   */
  public Image resize(int newHeight, int newWidth) {
    if (newHeight < 1 || newWidth < 1) {
      throw new IllegalArgumentException(
          "an image can be resized to at least 1x1, got " + newHeight + "x" + newWidth);
    }
    if (newHeight == height && newWidth == width) {
      return this;
    }
    // Between the two passes the picture has the new width and the old height.
    if ((double) channels * Math.max(height, newHeight) * newWidth > LARGEST) {
      throw new IllegalArgumentException(
          "%s is too large to be resized to %dx%d".formatted(this, newHeight, newWidth));
    }
    return Resampling.resize(this, newHeight, newWidth);
  }

  /** The part of {@code newHeight} rows and {@code newWidth} columns from (top, left). */
  public Image crop(int top, int left, int newHeight, int newWidth) {
    if (top < 0
        || left < 0
        || newHeight < 1
        || newWidth < 1
        || (long) top + newHeight > height
        || (long) left + newWidth > width) {
      throw new IllegalArgumentException(
          "a crop must lie inside the image %dx%d, got %dx%d at row %d, column %d"
              .formatted(height, width, newHeight, newWidth, top, left));
    }
    float[] out = new float[channels * newHeight * newWidth];
    for (int c = 0; c < channels; c++) {
      for (int y = 0; y < newHeight; y++) {
        int from = (c * height + top + y) * width + left;
        System.arraycopy(values, from, out, (c * newHeight + y) * newWidth, newWidth);
      }
    }
    return new Image(channels, newHeight, newWidth, out);
  }

  /**
   * The largest centred part with the proportions of {@code newHeight} to {@code newWidth}, resized
   * to that size: nothing is distorted, and what overlaps is cut off at both sides alike.
   */
  public Image cover(int newHeight, int newWidth) {
    if (newHeight < 1 || newWidth < 1) {
      throw new IllegalArgumentException(
          "an image can cover at least 1x1, got " + newHeight + "x" + newWidth);
    }
    double scale = Math.min((double) height / newHeight, (double) width / newWidth);
    int cutHeight = Math.max(1, (int) Math.min(height, Math.round(newHeight * scale)));
    int cutWidth = Math.max(1, (int) Math.min(width, Math.round(newWidth * scale)));
    return crop((height - cutHeight) / 2, (width - cutWidth) / 2, cutHeight, cutWidth)
        .resize(newHeight, newWidth);
  }

  /**
   * This picture with one or three channels: grey is repeated, colour becomes grey by ITU-R
   * BT.601's luma, {@code 0.299 R + 0.587 G + 0.114 B}.
   */
  public Image withChannels(int wanted) {
    if (wanted == channels) {
      return this;
    }
    int plane = height * width;
    if (channels == 1 && wanted == 3) {
      float[] out = new float[3 * plane];
      for (int c = 0; c < 3; c++) {
        System.arraycopy(values, 0, out, c * plane, plane);
      }
      return new Image(3, height, width, out);
    }
    if (channels == 3 && wanted == 1) {
      float[] out = new float[plane];
      for (int i = 0; i < plane; i++) {
        out[i] = 0.299f * values[i] + 0.587f * values[plane + i] + 0.114f * values[2 * plane + i];
      }
      return new Image(1, height, width, out);
    }
    throw new IllegalArgumentException(
        "an image of " + channels + " channels cannot become one of " + wanted + "; 1 and 3 can");
  }

  /** The planes as bytes, {@code round(255 * value)} clipped to 0..255; NaN becomes 0. */
  public byte[] toBytes() {
    byte[] out = new byte[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (byte) level(values[i]);
    }
    return out;
  }

  private static int level(float value) {
    return Math.round(255 * Math.max(0, Math.min(1, value)));
  }

  /** Writes the picture (one or three channels) as an 8-bit PNG file. */
  public void writePng(Path file) throws IOException {
    Files.write(file, toPng());
  }

  /** The bytes of an 8-bit PNG file of the picture (one or three channels). */
  public byte[] toPng() {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          "only an image of 1 or 3 channels can be written as PNG, got " + channels);
    }
    int type = channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB;
    BufferedImage picture = new BufferedImage(width, height, type);
    for (int c = 0; c < channels; c++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          float value = values[(c * height + y) * width + x];
          picture.getRaster().setSample(x, y, c, level(value));
        }
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(picture, "png", out)) {
        throw new IllegalStateException("this Java runtime has no PNG writer");
      }
    } catch (IOException e) {
      throw new IllegalStateException("writing PNG to memory failed", e);
    }
    return out.toByteArray();
  }

  @Override
  public String toString() {
    return "Image[" + channels + ", " + height + ", " + width + "]";
  }
}
