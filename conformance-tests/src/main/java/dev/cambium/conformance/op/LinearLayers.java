package dev.cambium.conformance.op;

import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** The shapes at which linear layers are examined, all three directions of them. */
final class LinearLayers {
  /** N, K, O. */
  private static final int[][] MATRICES = {
    {0, 5, 3},
    {0, 1, 1},
    {1, 1, 1},
    {1, 1, 7},
    {1, 7, 1},
    {7, 1, 1},
    {2, 3, 5},
    {5, 2, 3},
    {3, 5, 2},
    {7, 8, 9},
    {8, 9, 7},
    {9, 7, 8},
    {8, 8, 8},
    {15, 16, 17},
    {16, 17, 15},
    {17, 15, 16},
    {16, 16, 16},
    {31, 32, 33},
    {32, 33, 31},
    {33, 31, 32},
    {32, 32, 32},
    {63, 64, 65},
    {64, 65, 63},
    {65, 63, 64},
    {64, 64, 64},
    {1, 64, 64},
    {64, 1, 64},
    {64, 64, 1},
    {1, 127, 129},
    {129, 1, 127},
    {127, 129, 1},
    {1, 1000, 10},
    {2, 257, 3},
    {3, 2, 257},
    {257, 3, 2},
    {13, 11, 101},
    {4, 400, 120},
    {4, 120, 84},
    {4, 84, 10}
  };

  /** N, C, H, W, O; flattened in the order C, H, W. */
  private static final int[][] IMAGES = {
    {1, 2, 2, 2, 3}, {2, 3, 2, 5, 4}, {0, 3, 2, 5, 4}, {3, 1, 4, 5, 7}, {3, 5, 1, 4, 7},
    {3, 5, 4, 1, 7}, {3, 5, 1, 1, 7}, {5, 7, 3, 2, 16}, {2, 8, 3, 3, 9}, {2, 16, 4, 4, 10},
    {1, 17, 3, 2, 33}, {4, 16, 5, 5, 120}, {2, 64, 4, 4, 32}, {2, 32, 2, 3, 1}
  };

  private LinearLayers() {}

  /** Every layer. */
  static List<LinearLayer> all() {
    List<LinearLayer> layers = new ArrayList<>();
    for (int[] row : MATRICES) {
      layers.add(new LinearLayer(Shape.of(row[0], row[1]), row[2]));
    }
    for (int[] row : IMAGES) {
      layers.add(new LinearLayer(Shape.of(row[0], row[1], row[2], row[3]), row[4]));
    }
    layers.add(new LinearLayer(Shape.of(3, 4, 5), 6));
    layers.add(new LinearLayer(Shape.of(2, 7, 3), 16));
    layers.add(new LinearLayer(Shape.of(1, 1, 5), 2));
    layers.add(new LinearLayer(Shape.of(2, 3, 2, 2, 3), 5));
    return layers;
  }

  /** A few, for what is examined beside shapes. */
  static List<LinearLayer> few() {
    return List.of(
        new LinearLayer(Shape.of(7, 9), 5),
        new LinearLayer(Shape.of(17, 33), 16),
        new LinearLayer(Shape.of(3, 2, 3, 4), 7),
        new LinearLayer(Shape.of(2, 5, 3), 1));
  }
}
