package dev.cambium.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cambium.op.AveragePooling;
import dev.cambium.op.AveragePoolingBackward;
import dev.cambium.op.MaxPooling;
import dev.cambium.op.MaxPoolingBackward;
import dev.cambium.op.Padding2d;
import dev.cambium.op.Size2d;
import dev.cambium.op.Window2d;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CpuPoolingTest extends OpenBackend {
  record Case(Shape x, Window2d window) {}

  static Stream<Case> cases() {
    return Stream.of(
        new Case(Shape.of(1, 1, 1, 1), Window2d.of(1)),
        new Case(Shape.of(2, 3, 8, 8), Window2d.of(2)),
        new Case(Shape.of(2, 17, 7, 9), Window2d.of(2)),
        new Case(Shape.of(2, 16, 7, 7), window(3, 3, 2, 2, new Padding2d(1, 1, 1, 1))),
        new Case(Shape.of(2, 5, 9, 8), window(3, 2, 1, 1, new Padding2d(0, 2, 1, 0))),
        new Case(Shape.of(3, 31, 5, 5), window(5, 5, 5, 5, Padding2d.NONE)),
        new Case(Shape.of(2, 4, 6, 11), window(2, 3, 3, 4, Padding2d.NONE)),
        new Case(Shape.of(1, 33, 13, 13), window(3, 3, 1, 1, new Padding2d(2, 1, 0, 2))),
        new Case(Shape.of(0, 3, 8, 8), Window2d.of(2)));
  }

  private static Window2d window(
      int height, int width, int strideHeight, int strideWidth, Padding2d padding) {
    return new Window2d(new Size2d(height, width), new Size2d(strideHeight, strideWidth), padding);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void maximaAreExactAlsoOfNegativeNumbers(Case c) {
    MaxPooling op = new MaxPooling(c.window);
    HostArray x = Agreement.map(Agreement.normal(1, c.x.toArray()), v -> v - 3);
    Agreement.assertExact(
        "y", Agreement.host(op, x).get(0), Agreement.kernel(backend(), op, x).get(0));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsGoToTheFirstOfEquals(Case c) {
    HostArray x = Agreement.integers(1, 1, c.x.toArray());
    HostArray dy = Agreement.integers(2, 9, c.window.output(c.x).toArray());
    MaxPoolingBackward op = new MaxPoolingBackward(c.window);
    double[] expected = Agreement.host(op, dy, x, null).get(0);
    Agreement.assertExact(
        "dx without a cache", expected, Agreement.kernel(backend(), op, dy, x, null).get(0));
    try (OpRun forward = new OpRun(backend(), new MaxPooling(c.window), List.of(x.type()))) {
      forward.set(0, x).run();
      List<ValueType> types = List.of(dy.type(), x.type(), forward.kernel().cache(1));
      try (OpRun backward = new OpRun(backend(), op, types)) {
        backward.set(0, dy).set(1, x).set(2, forward.output(1)).run();
        Agreement.assertExact("dx with the cache", expected, backward.get(0));
        assertEquals(false, backward.kernel().reads(1), "x is not needed beside the cache");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void meansStayWithinTheRoundingOfTheirSums(Case c) {
    HostArray x = Agreement.normal(1, c.x.toArray());
    HostArray dy = Agreement.normal(2, c.window.output(c.x).toArray());
    int pixels = c.window.kernel().height() * c.window.kernel().width();
    double rounding = Agreement.gamma(pixels + 2);
    for (boolean countPadding : new boolean[] {false, true}) {
      AveragePooling forward = new AveragePooling(c.window, countPadding);
      Agreement.assertWithin(
          "y",
          Agreement.host(forward, x).get(0),
          Agreement.times(Agreement.host(forward, Agreement.abs(x)).get(0), rounding),
          Agreement.kernel(backend(), forward, x).get(0));
      AveragePoolingBackward backward =
          new AveragePoolingBackward(c.window, countPadding, new Size2d(c.x.dim(2), c.x.dim(3)));
      Agreement.assertWithin(
          "dx",
          Agreement.host(backward, dy).get(0),
          Agreement.times(Agreement.host(backward, Agreement.abs(dy)).get(0), rounding),
          Agreement.kernel(backend(), backward, dy).get(0));
    }
  }

  @Test
  void infinityIsChosenAndNanNever() {
    float infinity = Float.POSITIVE_INFINITY;
    HostArray x =
        HostArray.of(Shape.of(1, 1, 2, 4), -1, Float.NaN, 1, 5, Float.NaN, -2, infinity, 3);
    MaxPooling op = new MaxPooling(Window2d.of(2));
    Agreement.assertExact(
        "y", new double[] {-1, infinity}, Agreement.kernel(backend(), op, x).get(0));
  }

  @Test
  void windowsOfNegativeInfinityAloneGiveIt() {
    float infinity = Float.NEGATIVE_INFINITY;
    float nan = Float.NaN;
    HostArray x =
        HostArray.of(
            Shape.of(1, 1, 2, 6),
            infinity,
            infinity,
            nan,
            infinity,
            nan,
            nan,
            infinity,
            infinity,
            infinity,
            nan,
            nan,
            nan);
    MaxPooling op = new MaxPooling(Window2d.of(2));
    Agreement.assertExact(
        "y", new double[] {infinity, infinity, nan}, Agreement.kernel(backend(), op, x).get(0));
  }

  static Stream<Window2d> paddedWindows() {
    return Stream.of(
        window(2, 3, 1, 2, new Padding2d(1, 0, 2, 1)),
        // More taps than a byte counts.
        window(17, 16, 3, 2, new Padding2d(5, 1, 4, 2)));
  }

  /** oneDNN's search begins at the first tap, which is padding here. */
  @ParameterizedTest
  @MethodSource("paddedWindows")
  void gradientsOfTheLeastNumbersDoNotGoToPadding(Window2d window) {
    HostArray random = Agreement.integers(1, 1, 2, 5, 14, 19);
    for (double least : new double[] {Double.NEGATIVE_INFINITY, -Float.MAX_VALUE}) {
      HostArray x = Agreement.map(random, v -> v == 0 ? -Float.MAX_VALUE : least);
      HostArray dy = Agreement.integers(2, 9, window.output(x.shape()).toArray());
      MaxPooling forward = new MaxPooling(window);
      Agreement.assertExact(
          "y", Agreement.host(forward, x).get(0), Agreement.kernel(backend(), forward, x).get(0));
      MaxPoolingBackward op = new MaxPoolingBackward(window);
      double[] expected = Agreement.host(op, dy, x, null).get(0);
      Agreement.assertExact(
          "dx without a cache", expected, Agreement.kernel(backend(), op, dy, x, null).get(0));
      try (OpRun pooling = new OpRun(backend(), forward, List.of(x.type()))) {
        pooling.set(0, x).run();
        List<ValueType> types = List.of(dy.type(), x.type(), pooling.kernel().cache(1));
        try (OpRun backward = new OpRun(backend(), op, types)) {
          backward.set(0, dy).set(1, x).set(2, pooling.output(1)).run();
          Agreement.assertExact("dx with the cache", expected, backward.get(0));
        }
      }
    }
  }
}
