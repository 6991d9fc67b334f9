package dev.cambium.data.augment;

import dev.cambium.image.Image;
import dev.cambium.tensor.Shape;

/**
 * The shape of a picture, with what augmentations ask of it. {@code owner} is the name of the
 * augmentation in messages.
 */
record ImageShape(String owner, int channels, int height, int width) {
  static ImageShape of(String owner, Shape shape) {
    if (shape.rank() != 3 || shape.dim(0) < 1 || shape.dim(1) < 1 || shape.dim(2) < 1) {
      throw new IllegalArgumentException(
          owner + " needs images [channels, height, width], got samples of shape " + shape);
    }
    return new ImageShape(owner, shape.dim(0), shape.dim(1), shape.dim(2));
  }

  static ImageShape of(String owner, Image image) {
    return new ImageShape(owner, image.channels(), image.height(), image.width());
  }

  /** Checks that a part of so many rows and columns lies inside. */
  ImageShape requireCrop(int cropHeight, int cropWidth) {
    if (cropHeight > height || cropWidth > width) {
      throw new IllegalArgumentException(
          "%s of %dx%d is larger than the image %dx%d; take a smaller one or resize before it"
              .formatted(owner, cropHeight, cropWidth, height, width));
    }
    return this;
  }

  /** Checks that the picture is grey or red, green and blue. */
  ImageShape requireGreyOrColour() {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          "%s needs images of 1 or 3 channels, got %d".formatted(owner, channels));
    }
    return this;
  }

  /** Checks that the picture has red, green and blue. */
  ImageShape requireColour() {
    if (channels != 3) {
      throw new IllegalArgumentException(
          "%s needs images of 3 channels, red, green and blue, got %d".formatted(owner, channels));
    }
    return this;
  }

  /** Checks that a picture of another size, and what it takes to resize to it, fit an array. */
  ImageShape resized(long newHeight, long newWidth) {
    double most = (double) channels * Math.max(height, newHeight) * newWidth;
    if (most > Integer.MAX_VALUE / 2) {
      throw new IllegalArgumentException(
          "%s makes an image of %d channels, %dx%d, from one of %dx%d, which is too large"
              .formatted(owner, channels, newHeight, newWidth, height, width));
    }
    return new ImageShape(owner, channels, (int) newHeight, (int) newWidth);
  }

  Shape shape() {
    return Shape.of(channels, height, width);
  }
}
