package dev.cambium.conformance.op;

import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The shapes and settings at which convolutions are examined, all three directions of them. */
final class ConvolutionLayers {
  private ConvolutionLayers() {}

  /** Every layer. */
  static List<ConvolutionLayer> all() {
    return Stream.of(
            kernels(),
            edges(),
            strides(),
            paddings(),
            dilations(),
            groups(),
            depthwise(),
            channels(),
            widths(),
            realistic())
        .flatMap(List::stream)
        .toList();
  }

  /** A few that differ in everything, for what is examined beside shapes. */
  static List<ConvolutionLayer> few() {
    return List.of(
        of(x(2, 3, 7, 5), 4, 3, 2).stride(2, 1).padding(1, 0, 0, 2),
        of(x(1, 16, 6, 7), 17, 3, 3).padding(1),
        of(x(3, 8, 5, 4), 16, 1, 1),
        of(x(2, 6, 7, 8), 9, 2, 3).dilation(2, 1).groups(3));
  }

  private static Shape x(int n, int c, int h, int w) {
    return Shape.of(n, c, h, w);
  }

  private static ConvolutionLayer of(Shape x, int filters, int kernelHeight, int kernelWidth) {
    return ConvolutionLayer.of(x, filters, kernelHeight, kernelWidth);
  }

  private static List<ConvolutionLayer> kernels() {
    return List.of(
        of(x(1, 1, 1, 1), 1, 1, 1),
        of(x(2, 3, 5, 7), 4, 1, 1),
        of(x(2, 3, 5, 7), 4, 2, 2),
        of(x(2, 3, 5, 7), 4, 3, 3),
        of(x(1, 2, 9, 8), 5, 4, 4),
        of(x(1, 2, 9, 8), 5, 5, 5),
        of(x(1, 2, 11, 13), 3, 7, 7),
        of(x(1, 3, 13, 12), 2, 11, 11),
        of(x(2, 3, 5, 7), 4, 1, 3),
        of(x(2, 3, 5, 7), 4, 3, 1),
        of(x(1, 3, 4, 9), 4, 1, 7),
        of(x(1, 3, 9, 4), 4, 7, 1),
        of(x(2, 3, 7, 6), 5, 5, 2),
        of(x(2, 3, 6, 7), 5, 2, 5));
  }

  /** Batches of 0, 1 and primes; kernels as large as the image; images of one row or column. */
  private static List<ConvolutionLayer> edges() {
    return List.of(
        of(x(0, 3, 5, 4), 2, 3, 2),
        of(x(0, 4, 3, 3), 4, 3, 3).padding(1).groups(2),
        of(x(1, 1, 4, 5), 1, 3, 2),
        of(x(3, 2, 4, 5), 3, 3, 2),
        of(x(17, 2, 4, 3), 3, 2, 2),
        of(x(2, 3, 5, 4), 3, 5, 4),
        of(x(2, 3, 5, 4), 3, 5, 2),
        of(x(2, 3, 5, 4), 3, 2, 4),
        of(x(2, 3, 3, 4), 3, 5, 7).padding(1, 1, 2, 1),
        of(x(1, 2, 2, 3), 3, 4, 5).padding(2, 0, 1, 1),
        of(x(1, 16, 3, 3), 16, 3, 3),
        of(x(2, 3, 1, 9), 4, 1, 3).padding(0, 0, 1, 1),
        of(x(2, 3, 9, 1), 4, 3, 1).padding(1, 1, 0, 0),
        of(x(2, 3, 1, 1), 5, 3, 3).padding(1),
        of(x(1, 1, 13, 11), 1, 3, 3).padding(1));
  }

  private static List<ConvolutionLayer> strides() {
    return List.of(
        of(x(2, 3, 7, 7), 4, 3, 3).stride(2, 2),
        of(x(2, 3, 8, 8), 4, 3, 3).stride(2, 2),
        of(x(2, 3, 8, 7), 4, 3, 3).stride(2, 2).padding(1),
        of(x(2, 3, 7, 8), 4, 3, 3).stride(1, 2),
        of(x(2, 3, 7, 8), 4, 3, 3).stride(3, 1),
        of(x(1, 3, 11, 13), 4, 3, 2).stride(3, 2),
        of(x(1, 3, 11, 9), 4, 2, 2).stride(3, 3),
        of(x(1, 3, 11, 9), 4, 1, 1).stride(2, 3),
        of(x(1, 16, 8, 8), 16, 1, 1).stride(2, 2),
        of(x(1, 3, 13, 12), 4, 3, 2).stride(5, 4),
        of(x(1, 3, 5, 4), 4, 3, 2).stride(7, 9),
        of(x(1, 3, 12, 11), 5, 5, 4).stride(4, 3).padding(2, 1, 1, 3),
        of(x(2, 16, 9, 9), 8, 3, 3).stride(2, 2).padding(1),
        of(x(1, 3, 23, 21), 8, 7, 7).stride(2, 2).padding(3));
  }

  private static List<ConvolutionLayer> paddings() {
    return List.of(
        of(x(2, 3, 5, 7), 4, 3, 3).padding(1),
        of(x(2, 3, 5, 7), 4, 5, 5).padding(2),
        of(x(2, 3, 5, 7), 4, 3, 3).padding(1, 0, 0, 0),
        of(x(2, 3, 5, 7), 4, 3, 3).padding(0, 1, 0, 0),
        of(x(2, 3, 5, 7), 4, 3, 3).padding(0, 0, 1, 0),
        of(x(2, 3, 5, 7), 4, 3, 3).padding(0, 0, 0, 1),
        of(x(1, 2, 6, 5), 3, 4, 5).padding(0, 1, 2, 3),
        of(x(1, 2, 6, 5), 3, 4, 5).padding(3, 2, 1, 0),
        of(x(1, 2, 7, 5), 3, 3, 2).padding(2, 1, 0, 1).stride(2, 3),
        of(x(1, 2, 7, 5), 3, 2, 3).padding(1, 0, 2, 1).stride(3, 2),
        // Windows that see nothing but padding.
        of(x(1, 2, 4, 3), 3, 2, 2).padding(3, 2, 4, 3),
        of(x(1, 3, 3, 3), 2, 1, 1).padding(1, 2, 2, 0),
        of(x(1, 2, 4, 5), 3, 3, 3).padding(4),
        of(x(1, 16, 4, 4), 16, 2, 2).padding(1, 0, 1, 0));
  }

  private static List<ConvolutionLayer> dilations() {
    return List.of(
        of(x(2, 3, 7, 8), 4, 3, 3).dilation(2, 2),
        of(x(2, 3, 7, 8), 4, 3, 3).dilation(2, 2).padding(2),
        of(x(2, 3, 9, 7), 4, 3, 2).dilation(1, 3),
        of(x(2, 3, 9, 7), 4, 2, 3).dilation(3, 1),
        of(x(1, 3, 9, 10), 4, 3, 3).dilation(2, 3).stride(2, 1).padding(1, 2, 0, 3),
        of(x(1, 3, 11, 10), 4, 2, 3).dilation(3, 2).stride(2, 3),
        of(x(1, 2, 7, 9), 3, 3, 5).dilation(3, 2),
        of(x(1, 2, 5, 5), 3, 3, 3).dilation(4, 3).padding(2, 2, 1, 1),
        of(x(1, 3, 6, 5), 4, 1, 1).dilation(3, 2),
        of(x(1, 16, 9, 9), 16, 3, 3).dilation(2, 2).padding(2),
        of(x(1, 2, 12, 13), 3, 2, 2).dilation(5, 7));
  }

  private static List<ConvolutionLayer> groups() {
    return List.of(
        of(x(2, 4, 5, 6), 6, 3, 2).groups(2),
        of(x(2, 6, 5, 6), 3, 3, 3).groups(3).padding(1),
        of(x(1, 15, 5, 4), 6, 3, 3).groups(3).padding(1),
        of(x(1, 6, 5, 4), 15, 1, 1).groups(3),
        of(x(1, 14, 6, 5), 14, 3, 3).groups(2).padding(1, 0, 0, 1),
        of(x(1, 16, 6, 5), 16, 3, 3).groups(2).padding(1),
        of(x(1, 32, 4, 5), 32, 3, 3).groups(2).padding(1),
        of(x(1, 32, 4, 5), 32, 3, 3).groups(4).padding(1),
        of(x(1, 32, 4, 5), 64, 1, 1).groups(8),
        of(x(1, 34, 3, 4), 34, 3, 3).groups(2).padding(1),
        of(x(2, 4, 9, 8), 8, 3, 2).groups(4).stride(2, 3).padding(1, 0, 2, 1),
        of(x(2, 6, 9, 8), 4, 2, 3).groups(2).stride(1, 2).dilation(3, 2).padding(2, 1, 0, 3),
        of(x(3, 10, 4, 4), 5, 4, 4).groups(5));
  }

  /** One channel per group, one filter or several for each. */
  private static List<ConvolutionLayer> depthwise() {
    return List.of(
        of(x(2, 3, 5, 6), 3, 3, 3).groups(3).padding(1),
        of(x(1, 7, 5, 6), 7, 3, 2).groups(7),
        of(x(1, 8, 5, 6), 8, 3, 3).groups(8).padding(1),
        of(x(1, 16, 7, 6), 16, 3, 3).groups(16).padding(1).stride(2, 2),
        of(x(1, 17, 5, 4), 17, 3, 3).groups(17).padding(1),
        of(x(1, 32, 6, 5), 32, 5, 5).groups(32).padding(2),
        of(x(1, 33, 4, 5), 33, 3, 3).groups(33).padding(1, 0, 0, 1),
        of(x(1, 16, 7, 8), 16, 3, 3).groups(16).dilation(2, 2).padding(2),
        of(x(1, 16, 5, 5), 16, 1, 1).groups(16),
        of(x(2, 3, 5, 6), 6, 3, 3).groups(3).padding(1),
        of(x(1, 4, 7, 6), 12, 3, 2).groups(4).stride(2, 1).padding(0, 2, 1, 0),
        of(x(1, 8, 5, 5), 16, 3, 3).groups(8).padding(1),
        of(x(1, 16, 4, 5), 32, 3, 3).groups(16).padding(1));
  }

  /** Vector and tile sizes, and one more or less, as channels and as filters. */
  private static List<ConvolutionLayer> channels() {
    int[][] table = {
      {1, 16}, {16, 1}, {3, 32}, {7, 9}, {8, 8}, {9, 7}, {15, 17}, {16, 16}, {17, 15}, {31, 33},
      {32, 32}, {33, 31}, {63, 65}, {64, 64}, {65, 63}, {1, 65}, {127, 3}, {3, 129}, {256, 2}
    };
    List<ConvolutionLayer> layers = new ArrayList<>();
    for (int[] row : table) {
      layers.add(of(x(1, row[0], 3, 4), row[1], 3, 3).padding(1));
      layers.add(of(x(2, row[0], 2, 3), row[1], 1, 1));
    }
    return layers;
  }

  /** The same sizes as widths of the result, and as numbers of positions. */
  private static List<ConvolutionLayer> widths() {
    List<ConvolutionLayer> layers = new ArrayList<>();
    for (int width : new int[] {7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65}) {
      layers.add(of(x(1, 3, 3, width), 5, 3, 3).padding(1));
    }
    for (int width : new int[] {15, 17, 29, 33, 65}) {
      layers.add(of(x(1, 2, 5, width), 16, 3, 3).padding(1).stride(2, 2));
      layers.add(of(x(1, 16, width, 3), 2, 3, 2));
    }
    return layers;
  }

  /** The layers of LeNet and of the net of the lecture, some on smaller images. */
  private static List<ConvolutionLayer> realistic() {
    return List.of(
        of(x(2, 1, 28, 28), 6, 5, 5).padding(2),
        of(x(2, 6, 14, 14), 16, 5, 5),
        of(x(1, 3, 32, 32), 32, 3, 3).padding(1),
        of(x(1, 32, 16, 16), 32, 3, 3).padding(1),
        of(x(1, 32, 16, 16), 64, 3, 3).padding(1),
        of(x(1, 64, 8, 8), 64, 3, 3).padding(1),
        of(x(1, 32, 16, 16), 64, 3, 3).padding(1).stride(2, 2),
        of(x(1, 32, 16, 16), 64, 1, 1).stride(2, 2));
  }
}
