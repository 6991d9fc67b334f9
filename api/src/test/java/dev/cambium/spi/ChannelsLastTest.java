package dev.cambium.spi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import org.junit.jupiter.api.Test;

class ChannelsLastTest {
  @Test
  void theChannelsOfAPixelLieSideBySide() {
    assertArrayEquals(new long[] {60, 1, 15, 3}, ChannelsLast.strides(Shape.of(2, 3, 4, 5)));
    assertArrayEquals(new int[] {0, 2, 3, 1}, ChannelsLast.order(4));
  }

  @Test
  void otherRanksAreRowMajor() {
    assertArrayEquals(new long[] {12, 4, 1}, ChannelsLast.strides(Shape.of(2, 3, 4)));
    assertArrayEquals(new int[] {0, 1, 2, 3, 4}, ChannelsLast.order(5));
    assertFalse(ChannelsLast.isPermuted(Shape.of(2, 3, 4)));
  }

  @Test
  void oneChannelOrOnePixelIsInRowMajorOrderToo() {
    assertTrue(ChannelsLast.isPermuted(Shape.of(2, 3, 4, 5)));
    assertFalse(ChannelsLast.isPermuted(Shape.of(2, 1, 4, 5)));
    assertFalse(ChannelsLast.isPermuted(Shape.of(2, 3, 1, 1)));
    assertFalse(ChannelsLast.isPermuted(Shape.of(0, 3, 4, 5)));
  }

  @Test
  void whatIsStretchedRepeats() {
    assertArrayEquals(
        new long[] {0, 5, 0, 1},
        ChannelsLast.stretched(Shape.of(3, 1, 5), Shape.of(2, 3, 4, 5)),
        "a value of rank 3 is row-major, [3, 1, 5]");
  }

  @Test
  void bytesAreThoseOfTheElementsOrOfTheCache() {
    assertEquals(48, ChannelsLast.bytes(TensorType.of(DType.FLOAT64, 2, 3)));
    Opaque cache = () -> 77;
    assertEquals(77, ChannelsLast.bytes(cache));
  }
}
