package dev.cambium.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageReadingTest {
  @TempDir Path folder;

  private Path write(BufferedImage picture, String name) throws IOException {
    Path file = folder.resolve(name);
    String format = name.substring(name.lastIndexOf('.') + 1);
    assertTrue(ImageIO.write(picture, format, file.toFile()));
    return file;
  }

  private static BufferedImage colour() {
    BufferedImage picture = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
    picture.setRGB(0, 0, 0xFF8040);
    picture.setRGB(1, 0, 0x0A141E);
    return picture;
  }

  private static float[] scaled(double full, int... levels) {
    float[] values = new float[levels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (levels[i] / full);
    }
    return values;
  }

  @Test
  void colourIsReadFromPngAndBmpExactlyAsPlanes() throws IOException {
    float[] expected = scaled(255, 0xFF, 0x0A, 0x80, 0x14, 0x40, 0x1E);
    assertArrayEquals(expected, Image.read(write(colour(), "a.png")).values(), 1e-6f);
    assertArrayEquals(expected, Image.read(write(colour(), "a.bmp")).values(), 1e-6f);
  }

  @Test
  void colourIsReadFromJpegNearly() throws IOException {
    BufferedImage picture = new BufferedImage(16, 8, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 128; i++) {
      picture.setRGB(i % 16, i / 16, 0xC86432);
    }
    Image image = Image.read(write(picture, "a.jpg"));
    assertEquals(3, image.channels());
    assertEquals(0xC8 / 255f, image.get(0, 3, 9), 3 / 255f);
    assertEquals(0x64 / 255f, image.get(1, 3, 9), 3 / 255f);
    assertEquals(0x32 / 255f, image.get(2, 3, 9), 3 / 255f);
  }

  @Test
  void greySamplesAreTakenAsTheyAreWithoutColourConversion() throws IOException {
    BufferedImage picture = new BufferedImage(3, 1, BufferedImage.TYPE_BYTE_GRAY);
    picture.getRaster().setPixels(0, 0, 3, 1, new int[] {0, 100, 255});
    Image image = Image.read(write(picture, "grey.png"));
    assertEquals(1, image.channels());
    assertArrayEquals(scaled(255, 0, 100, 255), image.values(), 1e-6f);
    assertEquals(new ImageHeader(1, 1, 3), ImageHeader.read(folder.resolve("grey.png")));
  }

  @Test
  void sixteenBitGreyKeepsItsPrecision() throws IOException {
    BufferedImage picture = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
    picture.getRaster().setPixels(0, 0, 2, 1, new int[] {1000, 65535});
    assertArrayEquals(
        scaled(65535, 1000, 65535), Image.read(write(picture, "deep.png")).values(), 1e-7f);
  }

  @Test
  void aGreyPaletteIsGreyAndAColourPaletteIsColour() throws IOException {
    byte[] levels = {0, 60, (byte) 200, (byte) 255};
    byte[] reds = {0, 61, (byte) 200, (byte) 255};
    for (boolean grey : new boolean[] {true, false}) {
      IndexColorModel palette = new IndexColorModel(2, 4, grey ? levels : reds, levels, levels);
      BufferedImage picture = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY, palette);
      picture.getRaster().setPixels(0, 0, 2, 1, new int[] {1, 2});
      Image image = Image.read(write(picture, "palette" + grey + ".png"));
      float[] expected = grey ? scaled(255, 60, 200) : scaled(255, 61, 200, 60, 200, 60, 200);
      assertArrayEquals(expected, image.values(), 1e-6f);
    }
  }

  @Test
  void whatIsTransparentIsLaidOnWhite() throws IOException {
    BufferedImage picture = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
    picture.setRGB(0, 0, 0x00000000);
    picture.setRGB(1, 0, 0xFF336699);
    picture.setRGB(2, 0, 0x33000000);
    Image image = Image.read(write(picture, "alpha.png"));
    float part = 1 - 0x33 / 255f;
    assertArrayEquals(
        new float[] {1, 0.2f, part, 1, 0.4f, part, 1, 0.6f, part}, image.values(), 1e-6f);
  }

  @Test
  void aWrittenPngReadsBackAsItWas() throws IOException {
    for (int channels : new int[] {1, 3}) {
      float[] values = new float[channels * 12];
      for (int i = 0; i < values.length; i++) {
        values[i] = 7 * i / 255f;
      }
      Path file = folder.resolve(channels + ".png");
      Image.of(channels, 3, 4, values).writePng(file);
      assertArrayEquals(values, Image.read(file).values(), 1e-6f);
    }
    assertThrows(IllegalArgumentException.class, () -> Image.filled(2, 1, 1, 0).toPng());
  }

  @Test
  void aMissingAForeignAndAnEmptyFileAreNamed() throws IOException {
    Path missing = folder.resolve("none.png");
    assertMessage(missing, "there is no picture");
    Path text = folder.resolve("text.png");
    Files.writeString(text, "not a picture");
    assertMessage(text, "is not a PNG, JPEG or BMP picture");
    Path empty = folder.resolve("empty.jpg");
    Files.write(empty, new byte[0]);
    assertMessage(empty, "is not a PNG, JPEG or BMP picture");
  }

  @Test
  void truncatedPicturesAreRefusedInEveryFormat() throws IOException {
    BufferedImage picture = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 4096; i++) {
      picture.setRGB(i % 64, i / 64, i * 2654435 & 0xFFFFFF);
    }
    for (String name : new String[] {"cut.png", "cut.jpg", "cut.bmp"}) {
      Path file = write(picture, name);
      byte[] whole = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(whole, whole.length / 2));
      assertMessage(file, "cannot be read as a picture");
    }
  }

  @Test
  void aHeaderThatClaimsAnAbsurdSizeIsRefusedBeforeMemoryIsTaken() throws IOException {
    byte[] png = Image.filled(1, 2, 2, 0).toPng();
    // The header chunk: length, "IHDR", width, height, five bytes, checksum.
    ByteBuffer header = ByteBuffer.wrap(png);
    assertEquals("IHDR", new String(png, 12, 4, StandardCharsets.US_ASCII));
    header.putInt(16, 1 << 30).putInt(20, 1 << 30);
    CRC32 checksum = new CRC32();
    checksum.update(png, 12, 17);
    header.putInt(29, (int) checksum.getValue());
    Path file = folder.resolve("bomb.png");
    Files.write(file, png);
    assertMessage(file, "claims 1073741824 x 1073741824 pixels");
  }

  private static void assertMessage(Path file, String part) {
    String message =
        assertThrows(UnreadableImageException.class, () -> Image.read(file)).getMessage();
    assertTrue(message.contains(file.toString()) && message.contains(part), message);
  }
}
