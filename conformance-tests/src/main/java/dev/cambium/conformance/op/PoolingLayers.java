package dev.cambium.conformance.op;

import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The shapes and settings at which poolings are examined, both directions of them. */
final class PoolingLayers {
  private PoolingLayers() {}

  /** Every layer. */
  static List<PoolingLayer> all() {
    return Stream.of(kernels(), edges(), overlapping(), strides(), paddings(), sizes())
        .flatMap(List::stream)
        .toList();
  }

  /** A few that differ in everything, for what is examined beside shapes. */
  static List<PoolingLayer> few() {
    return List.of(
        of(x(2, 3, 8, 6), 2, 2),
        of(x(1, 16, 7, 9), 3, 3).stride(2, 2).padding(1, 1, 1, 1),
        of(x(2, 5, 7, 8), 3, 2).stride(1, 3).padding(2, 0, 1, 1),
        of(x(3, 8, 4, 5), 4, 5));
  }

  private static Shape x(int n, int c, int h, int w) {
    return Shape.of(n, c, h, w);
  }

  private static PoolingLayer of(Shape x, int kernelHeight, int kernelWidth) {
    return PoolingLayer.of(x, kernelHeight, kernelWidth);
  }

  private static List<PoolingLayer> kernels() {
    return List.of(
        of(x(1, 1, 1, 1), 1, 1),
        of(x(2, 3, 5, 4), 1, 1),
        of(x(2, 3, 6, 8), 2, 2),
        of(x(2, 3, 9, 6), 3, 3),
        of(x(1, 3, 8, 12), 4, 4),
        of(x(1, 3, 6, 12), 2, 4),
        of(x(2, 3, 6, 7), 3, 1),
        of(x(2, 3, 7, 6), 1, 3),
        of(x(1, 2, 14, 15), 7, 5));
  }

  /** Batches of 0, 1 and primes; windows as large as the image; images of one row or column. */
  private static List<PoolingLayer> edges() {
    return List.of(
        of(x(0, 3, 5, 4), 2, 2),
        of(x(17, 2, 4, 6), 2, 3),
        of(x(2, 3, 5, 7), 5, 7),
        of(x(3, 16, 4, 4), 4, 4),
        of(x(1, 33, 7, 7), 7, 7),
        of(x(2, 3, 5, 7), 5, 2),
        of(x(2, 3, 5, 7), 2, 7),
        of(x(2, 3, 1, 9), 1, 2),
        of(x(2, 3, 9, 1), 2, 1),
        // As large as the padded image, and larger than the image itself.
        of(x(2, 3, 3, 4), 5, 6).padding(1, 1, 2, 0),
        of(x(1, 2, 2, 3), 4, 5).padding(2, 1, 1, 3).stride(1, 1),
        of(x(2, 4, 1, 1), 3, 3).padding(1, 1, 1, 1));
  }

  private static List<PoolingLayer> overlapping() {
    return List.of(
        of(x(2, 3, 5, 6), 2, 2).stride(1, 1),
        of(x(2, 3, 7, 6), 3, 3).stride(1, 1),
        of(x(1, 3, 9, 11), 3, 3).stride(2, 2),
        of(x(1, 3, 8, 9), 4, 3).stride(3, 1),
        of(x(1, 3, 9, 8), 5, 4).stride(2, 3),
        of(x(1, 16, 9, 9), 3, 3).stride(2, 2).padding(1, 1, 1, 1),
        of(x(2, 3, 6, 7), 4, 4).stride(2, 2).padding(2, 2, 2, 2),
        of(x(1, 9, 6, 5), 4, 2).stride(1, 1).padding(1, 2, 1, 0));
  }

  /** Rows and columns that no window covers, inside and at the end. */
  private static List<PoolingLayer> strides() {
    return List.of(
        of(x(2, 3, 7, 5), 2, 2),
        of(x(2, 3, 8, 9), 2, 2).stride(3, 3),
        of(x(1, 3, 9, 11), 2, 1).stride(3, 4),
        of(x(1, 3, 7, 8), 1, 1).stride(2, 3),
        of(x(1, 3, 5, 6), 2, 3).stride(7, 5),
        of(x(1, 8, 11, 10), 3, 2).stride(4, 5).padding(1, 2, 1, 0));
  }

  private static List<PoolingLayer> paddings() {
    return List.of(
        of(x(2, 3, 6, 8), 2, 2).padding(1, 1, 1, 1),
        of(x(2, 3, 5, 6), 3, 3).stride(1, 1).padding(1, 1, 1, 1),
        of(x(2, 3, 5, 6), 2, 2).stride(1, 1).padding(1, 0, 0, 0),
        of(x(2, 3, 5, 6), 2, 2).stride(1, 1).padding(0, 1, 0, 0),
        of(x(2, 3, 5, 6), 2, 2).stride(1, 1).padding(0, 0, 1, 0),
        of(x(2, 3, 5, 6), 2, 2).stride(1, 1).padding(0, 0, 0, 1),
        of(x(1, 3, 7, 5), 4, 5).stride(2, 3).padding(3, 0, 1, 4),
        of(x(1, 3, 5, 7), 5, 4).stride(3, 2).padding(0, 2, 3, 1),
        of(x(1, 2, 4, 4), 4, 4).stride(1, 1).padding(3, 3, 3, 3));
  }

  /** Vector sizes, and one more or less, as channels and as widths; the layers of small nets. */
  private static List<PoolingLayer> sizes() {
    List<PoolingLayer> layers = new ArrayList<>();
    for (int channels : new int[] {7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65}) {
      layers.add(of(x(1, channels, 4, 5), 2, 2).padding(0, 0, 1, 0));
    }
    for (int width : new int[] {15, 17, 31, 32, 33, 65}) {
      layers.add(of(x(1, 2, 5, width), 3, 3).stride(2, 1).padding(1, 0, 0, 1));
    }
    layers.add(of(x(2, 6, 28, 28), 2, 2));
    layers.add(of(x(2, 16, 10, 10), 2, 2));
    layers.add(of(x(1, 32, 32, 32), 2, 2));
    layers.add(of(x(1, 64, 16, 16), 2, 2));
    return layers;
  }
}
