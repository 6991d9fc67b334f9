package dev.cambium.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** From a picture file to planes of floats, through the JDK's ImageIO. */
final class ImageDecoder {
  /** More pixels than any camera has: a file that claims more is damaged or hostile. */
  static final long LARGEST = 1L << 28;

  private static final String HINT = "; replace or remove it (PNG, JPEG and BMP can be read)";

  private ImageDecoder() {}

  static Image read(Path file) {
    return decode(file, ImageDecoder::pixels);
  }

  static ImageHeader header(Path file) {
    return decode(
        file,
        reader -> {
          ColorModel colours = colours(reader);
          return new ImageHeader(
              colours != null && isGrey(colours) ? 1 : 3, reader.getHeight(0), reader.getWidth(0));
        });
  }

  private interface Decoding<T> {
    T from(ImageReader reader) throws IOException;
  }

  private static <T> T decode(Path file, Decoding<T> decoding) {
    try (InputStream bytes = Files.newInputStream(file);
        ImageInputStream stream = new MemoryCacheImageInputStream(bytes)) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw new UnreadableImageException(file + " is not a PNG, JPEG or BMP picture" + HINT);
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(stream, true, true);
        long size = (long) reader.getHeight(0) * reader.getWidth(0);
        if (size > LARGEST) {
          throw new UnreadableImageException(
              "%s claims %d x %d pixels, more than the %d that are read%s"
                  .formatted(file, reader.getHeight(0), reader.getWidth(0), LARGEST, HINT));
        }
        return decoding.from(reader);
      } finally {
        reader.dispose();
      }
    } catch (UnreadableImageException e) {
      throw e;
    } catch (NoSuchFileException e) {
      throw new UnreadableImageException("there is no picture " + file, e);
    } catch (IOException | RuntimeException e) {
      // ImageIO's decoders answer damaged files with IOException, but also with IndexOutOfBounds,
      // IllegalArgument and NullPointerException.
      throw new UnreadableImageException(
          "%s cannot be read as a picture (%s)%s".formatted(file, reason(e), HINT), e);
    }
  }

  private static String reason(Exception e) {
    return e instanceof IOException && e.getMessage() != null ? e.getMessage() : e.toString();
  }

  private static ColorModel colours(ImageReader reader) throws IOException {
    var types = reader.getImageTypes(0);
    return types.hasNext() ? types.next().getColorModel() : null;
  }

  /** Whether every colour that the model can show is a grey. */
  private static boolean isGrey(ColorModel colours) {
    if (colours instanceof IndexColorModel palette) {
      for (int i = 0; i < palette.getMapSize(); i++) {
        if (palette.getRed(i) != palette.getGreen(i) || palette.getRed(i) != palette.getBlue(i)) {
          return false;
        }
      }
      return true;
    }
    return colours.getNumColorComponents() == 1;
  }

  private static Image pixels(ImageReader reader) throws IOException {
    List<String> warnings = new ArrayList<>();
    reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
    BufferedImage picture = reader.read(0);
    for (String warning : warnings) {
      // The JPEG decoder fills what is missing with grey and only warns. Its other warnings are
      // harmless: odd metadata, bytes between markers.
      if (warning.toLowerCase(Locale.ROOT).contains("premature end")) {
        throw new IIOException("it is cut off: " + warning);
      }
    }
    ColorModel colours = picture.getColorModel();
    boolean grey = isGrey(colours);
    if (colours instanceof ComponentColorModel && isUnsigned(colours) && isPlain(colours)) {
      return samples(picture, grey ? 1 : 3);
    }
    return converted(picture, grey ? 1 : 3);
  }

  private static boolean isUnsigned(ColorModel colours) {
    return colours.getTransferType() == DataBuffer.TYPE_BYTE
        || colours.getTransferType() == DataBuffer.TYPE_USHORT;
  }

  /** Grey or sRGB samples mean what the file says; Java's own conversion would bend a grey. */
  private static boolean isPlain(ColorModel colours) {
    return !colours.isAlphaPremultiplied()
        && (colours.getColorSpace().getType() == ColorSpace.TYPE_GRAY
            || colours.getColorSpace().isCS_sRGB());
  }

  private static Image samples(BufferedImage picture, int channels) {
    Raster raster = picture.getRaster();
    ColorModel colours = picture.getColorModel();
    int height = picture.getHeight();
    int width = picture.getWidth();
    float[] values = new float[channels * height * width];
    float[] row = new float[width];
    float[] alpha = colours.hasAlpha() ? new float[width] : null;
    for (int y = 0; y < height; y++) {
      if (alpha != null) {
        read(raster, y, channels, colours, alpha);
      }
      for (int c = 0; c < channels; c++) {
        read(raster, y, c, colours, row);
        int at = (c * height + y) * width;
        for (int x = 0; x < width; x++) {
          values[at + x] = alpha == null ? row[x] : onWhite(row[x], alpha[x]);
        }
      }
    }
    return Image.of(channels, height, width, values);
  }

  private static void read(Raster raster, int y, int band, ColorModel colours, float[] row) {
    float full = (1 << colours.getComponentSize(band)) - 1;
    raster.getSamples(raster.getMinX(), raster.getMinY() + y, row.length, 1, band, row);
    for (int x = 0; x < row.length; x++) {
      row[x] /= full;
    }
  }

  /** The picture through Java's own conversion to sRGB of 8 bits, on white. */
  static Image converted(BufferedImage picture, int channels) {
    int height = picture.getHeight();
    int width = picture.getWidth();
    float[] values = new float[channels * height * width];
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      picture.getRGB(0, y, width, 1, row, 0, width);
      for (int c = 0; c < channels; c++) {
        int at = (c * height + y) * width;
        for (int x = 0; x < width; x++) {
          float value = (row[x] >>> (16 - 8 * c) & 0xFF) / 255f;
          values[at + x] = onWhite(value, (row[x] >>> 24) / 255f);
        }
      }
    }
    return Image.of(channels, height, width, values);
  }

  private static float onWhite(float value, float alpha) {
    return alpha == 1 ? value : value * alpha + (1 - alpha);
  }
}
