package dev.cambium.op;

import java.util.List;

/** Shapes of a pooling that bring out one trait of its window each. */
record PoolingCase(String trait, int[] x, Window2d window) {
  static List<PoolingCase> all() {
    return List.of(
        new PoolingCase("windows side by side", new int[] {2, 3, 4, 6}, Window2d.of(2)),
        new PoolingCase("pixels left over", new int[] {1, 2, 5, 7}, Window2d.of(3)),
        new PoolingCase("overlapping", new int[] {2, 2, 5, 5}, window(3, 1, Padding2d.NONE)),
        new PoolingCase(
            "overlapping, padded as ResNet's first",
            new int[] {1, 2, 6, 6},
            window(3, 2, Padding2d.same(1))),
        new PoolingCase(
            "gaps between windows", new int[] {2, 1, 7, 7}, window(2, 3, Padding2d.NONE)),
        new PoolingCase(
            "asymmetric everything",
            new int[] {2, 2, 5, 6},
            new Window2d(new Size2d(3, 2), new Size2d(1, 2), new Padding2d(2, 0, 1, 0))),
        new PoolingCase(
            "kernel as large as the padded image",
            new int[] {2, 3, 3, 4},
            new Window2d(new Size2d(5, 4), Size2d.ONE, new Padding2d(1, 1, 0, 0))),
        new PoolingCase("one pixel", new int[] {2, 2, 1, 1}, Window2d.of(1)));
  }

  static Window2d window(int kernel, int stride, Padding2d padding) {
    return new Window2d(Size2d.square(kernel), Size2d.square(stride), padding);
  }

  @Override
  public String toString() {
    return trait;
  }
}
