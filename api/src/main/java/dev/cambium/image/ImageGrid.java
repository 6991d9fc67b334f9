package dev.cambium.image;

import java.util.List;

/**
 * Lays pictures of one size out in rows, from the left and from the top, with a gap between them:
 * samples of a data set, filters of a convolution.
 *
 * @param columns pictures in a row
 * @param gap pixels between two pictures and around all
 * @param zoom each pixel becomes a square of so many
 * @param background the value of the gaps, 0 black to 1 white
 */
public record ImageGrid(int columns, int gap, int zoom, float background) {
  /** Checks the sizes. */
  public ImageGrid {
    if (columns < 1 || gap < 0 || zoom < 1) {
      throw new IllegalArgumentException(
          "a grid needs at least 1 column, a gap of at least 0 and a zoom of at least 1, got "
              + "columns %d, gap %d, zoom %d".formatted(columns, gap, zoom));
    }
  }

  /** A grid of so many columns with a grey gap of two pixels. */
  public static ImageGrid ofColumns(int columns) {
    return new ImageGrid(columns, 2, 1, 0.5f);
  }

  /** The same grid with each pixel as a square of {@code zoom} pixels. */
  public ImageGrid zoom(int factor) {
    return new ImageGrid(columns, gap, factor, background);
  }

  /** The pictures, which have one size and the same channels, as one picture. */
  public Image draw(List<Image> images) {
    if (images.isEmpty()) {
      throw new IllegalArgumentException("a grid needs at least one image, got none");
    }
    Image sample = images.get(0);
    int across = Math.min(columns, images.size());
    int down = (images.size() + columns - 1) / columns;
    int height = down * (sample.height() * zoom + gap) + gap;
    int width = across * (sample.width() * zoom + gap) + gap;
    Image grid = Image.filled(sample.channels(), height, width, background);
    for (int i = 0; i < images.size(); i++) {
      Image image = images.get(i);
      if (image.channels() != sample.channels()
          || image.height() != sample.height()
          || image.width() != sample.width()) {
        throw new IllegalArgumentException(
            "images of a grid must have one size: number %d is %s, number 0 is %s"
                .formatted(i, image, sample));
      }
      int top = gap + i / columns * (sample.height() * zoom + gap);
      int left = gap + i % columns * (sample.width() * zoom + gap);
      paste(image, grid, top, left);
    }
    return grid;
  }

  private void paste(Image image, Image grid, int top, int left) {
    for (int c = 0; c < image.channels(); c++) {
      for (int y = 0; y < image.height() * zoom; y++) {
        int at = (c * grid.height() + top + y) * grid.width() + left;
        for (int x = 0; x < image.width() * zoom; x++) {
          grid.values()[at + x] = image.get(c, y / zoom, x / zoom);
        }
      }
    }
  }
}
