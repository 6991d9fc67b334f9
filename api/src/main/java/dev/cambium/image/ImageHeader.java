package dev.cambium.image;

import java.nio.file.Path;

/**
 * What a picture file says of itself before its pixels are decoded.
 *
 * @param channels 1 for grey, 3 for colour, as {@link Image#read} would give
 * @param height rows
 * @param width columns
 */
public record ImageHeader(int channels, int height, int width) {
  /**
   * Reads the header of a PNG, JPEG or BMP file.
   *
   * @throws UnreadableImageException when the file is missing or of another format
   */
  public static ImageHeader read(Path file) {
    return ImageDecoder.header(file);
  }
}
