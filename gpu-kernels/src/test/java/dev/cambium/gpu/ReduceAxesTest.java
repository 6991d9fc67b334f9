package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cambium.gpu.ReduceAxes.Axis;
import dev.cambium.op.Reduce;
import dev.cambium.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Strides follow from sizes: row-major, and of rank 4 channels-last, N H W C in memory. */
class ReduceAxesTest {
  private static ReduceAxes axes(Shape x, boolean keep, Integer... axes) {
    return ReduceAxes.of(new Reduce(Reduce.Function.SUM, List.of(axes), keep), x);
  }

  @Test
  void pixelsOfAllImagesAreOneAxisAroundTheChannels() {
    ReduceAxes axes = axes(Shape.of(2, 3, 5, 7), false, 0, 2, 3);
    assertEquals(List.of(new Axis(3, 1)), axes.kept());
    assertEquals(List.of(new Axis(2 * 5 * 7, 3)), axes.reduced());
  }

  @Test
  void everythingIsOneAxis() {
    ReduceAxes axes = axes(Shape.of(2, 3, 5, 7), false, 0, 1, 2, 3);
    assertEquals(List.of(), axes.kept());
    assertEquals(List.of(new Axis(210, 1)), axes.reduced());
    assertEquals(1, axes.results());
  }

  @Test
  void resultsAreInTheOrderOfTheOutputsMemory() {
    // Without the width, [N, C, H] is row-major: channels are outside of rows of pixels.
    ReduceAxes dropped = axes(Shape.of(2, 3, 5, 7), false, 3);
    assertEquals(List.of(new Axis(2, 105), new Axis(3, 1), new Axis(5, 21)), dropped.kept());
    // With it, [N, C, H, 1] is channels-last, as the input.
    ReduceAxes kept = axes(Shape.of(2, 3, 5, 7), true, 3);
    assertEquals(List.of(new Axis(10, 21), new Axis(3, 1)), kept.kept());
    assertEquals(List.of(new Axis(7, 3)), kept.reduced());
  }

  @Test
  void axesOfOneElementAreLeftOut() {
    ReduceAxes axes = axes(Shape.of(1, 6, 1, 4, 1), false, 0, 3);
    assertEquals(List.of(new Axis(6, 4)), axes.kept());
    assertEquals(List.of(new Axis(4, 1)), axes.reduced());
  }

  @Test
  void nothingToReduceIsOneElementForEachResult() {
    ReduceAxes axes = axes(Shape.of(4, 5), false);
    assertEquals(20, axes.results());
    assertEquals(1, axes.elements());
    assertEquals(new Axis(1, 0), ReduceAxes.innermost(axes.reduced()));
  }

  @Test
  void aSumOverNothingHasNoElements() {
    ReduceAxes axes = axes(Shape.of(0, 3), false, 0);
    assertEquals(3, axes.results());
    assertEquals(0, axes.elements());
  }
}
