package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cambium.spi.ChannelsLast;
import dev.cambium.tensor.Shape;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StridedAxesTest {
  private static Shape shape(String dimensions) {
    return Shape.of(
        Arrays.stream(dimensions.split(" "))
            .filter(d -> !d.isEmpty())
            .map(Integer::valueOf)
            .toList());
  }

  private static StridedAxes stretched(String a, String b) {
    Shape result = shape(a).broadcast(shape(b));
    return StridedAxes.of(
        result, ChannelsLast.stretched(shape(a), result), ChannelsLast.stretched(shape(b), result));
  }

  private static long[] sizes(StridedAxes axes) {
    return IntStream.range(0, axes.count()).mapToLong(axes::size).toArray();
  }

  private static long[] strides(StridedAxes axes, int operand) {
    return IntStream.range(0, axes.count()).mapToLong(axis -> axes.stride(operand, axis)).toArray();
  }

  @Test
  void operandsOfOneShapeAreWalkedAsOneRow() {
    StridedAxes axes = stretched("2 3 5 7", "2 3 5 7");
    assertArrayEquals(new long[] {210}, sizes(axes));
    assertArrayEquals(new long[] {1}, strides(axes, 0));
    assertArrayEquals(new long[] {1}, strides(axes, 1));
  }

  @Test
  void aValuePerChannelIsInnermostAsImagesLieChannelsLast() {
    StridedAxes axes = stretched("2 3 5 7", "3 1 1");
    assertArrayEquals(new long[] {70, 3}, sizes(axes));
    assertArrayEquals(new long[] {3, 1}, strides(axes, 0));
    assertArrayEquals(new long[] {0, 1}, strides(axes, 1));
  }

  @Test
  void axesMergeOnlyWhereTheyDoInEachOperand() {
    StridedAxes axes = stretched("2 3 4", "3 4");
    assertArrayEquals(new long[] {2, 12}, sizes(axes));
    assertArrayEquals(new long[] {12, 1}, strides(axes, 0));
    assertArrayEquals(new long[] {0, 1}, strides(axes, 1));
    assertEquals(12, axes.step(0));
    assertEquals(1, axes.step(-1));
  }

  @Test
  void aSingleElementHasOneAxis() {
    StridedAxes axes = stretched("1 1", "");
    assertArrayEquals(new long[] {1}, sizes(axes));
    assertEquals(1, axes.elements());
  }

  @Test
  void axesBeforeTheFirstHaveSizeOne() {
    StridedAxes axes = stretched("5", "5");
    assertEquals(1, axes.size(-2));
    assertEquals(0, axes.stride(0, -2));
  }

  /** Every element of the result is looked up by its coordinates, without any merging. */
  @ParameterizedTest
  @CsvSource({
    "2 3 5 7, 1 3 1 1",
    "2 3 5 7, 5 1",
    "2 1 5 7, 3 1 7",
    "2 2 3 1 7, 3 5 1",
    "7 1, 1 3",
    "2 3 1 7, 1 1 5 1",
    "4, 3 1 1 4"
  })
  void theWalkVisitsEachElementOfEachOperand(String a, String b) {
    Shape result = shape(a).broadcast(shape(b));
    StridedAxes axes = stretched(a, b);
    long[] steps = ChannelsLast.strides(result);
    for (int operand = 0; operand < 2; operand++) {
      long[] strides = ChannelsLast.stretched(shape(operand == 0 ? a : b), result);
      long[] walked = walk(axes, operand);
      long[] expected = new long[walked.length];
      for (int i = 0; i < expected.length; i++) {
        long[] at = coordinates(result, i);
        expected[(int) dot(at, steps)] = dot(at, strides);
      }
      assertArrayEquals(expected, walked);
    }
  }

  private static long[] walk(StridedAxes axes, int operand) {
    return LongStream.range(0, axes.elements())
        .map(
            i -> {
              long rest = i;
              long offset = 0;
              for (int axis = axes.count() - 1; axis >= 0; axis--) {
                offset += rest % axes.size(axis) * axes.stride(operand, axis);
                rest /= axes.size(axis);
              }
              return offset;
            })
        .toArray();
  }

  private static long[] coordinates(Shape shape, long index) {
    long[] at = new long[shape.rank()];
    long rest = index;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      at[axis] = rest % shape.dim(axis);
      rest /= shape.dim(axis);
    }
    return at;
  }

  private static long dot(long[] a, long[] b) {
    return IntStream.range(0, a.length).mapToLong(i -> a[i] * b[i]).sum();
  }
}
