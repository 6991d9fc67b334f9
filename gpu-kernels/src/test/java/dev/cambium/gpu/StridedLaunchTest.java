package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.ChannelsLast;
import dev.cambium.tensor.Shape;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StridedLaunchTest {
  private static GpuPlatform platform(String kernels) {
    return new GpuPlatform(
        new HeapContext(1 << 16), new BackendConfig("", Map.of("fake.kernels", kernels)));
  }

  private static StridedAxes contiguous(Shape shape) {
    return StridedAxes.of(shape, ChannelsLast.strides(shape));
  }

  /** The quotient as QUOTIENT of axes.cl forms it, in 32 bits. */
  private static int quotient(int i, int size) {
    int high = (int) ((i & 0xFFFFFFFFL) * (StridedLaunch.multiplier(size) & 0xFFFFFFFFL) >>> 32);
    return high + i >>> StridedLaunch.shift(size);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {1, 2, 3, 5, 7, 10, 64, 100, 641, 1 << 16, 65537, (1 << 30) + 1, Integer.MAX_VALUE})
  void aProductDividesEveryIndexBelowTwoToThe31(int size) {
    for (long i = 0; i < 1L << 31; i += 1 + i / 3) {
      for (long near : new long[] {i, i / size * size, i / size * size - 1, (1L << 31) - 1 - i}) {
        if (near >= 0) {
          assertEquals((int) (near / size), quotient((int) near, size), near + " / " + size);
        }
      }
    }
  }

  @Test
  void fewAxesDivideByProductsAndManyDoNot() {
    assertEquals("axes2", StridedLaunch.strided("", transposed(Shape.of(3, 5)), 1).form());
    assertEquals("axes4", StridedLaunch.strided("", transposed(Shape.of(3, 5, 2)), 1).form());
    assertEquals("axes8", StridedLaunch.strided("", transposed(Shape.of(3, 5, 2, 3, 2)), 1).form());
  }

  @Test
  void moreThanTwoToThe31ElementsAreCountedIn64Bits() {
    StridedAxes axes = StridedAxes.of(Shape.of(1 << 16, 1 << 16), new long[] {1, 1 << 16});
    assertEquals("axes8", StridedLaunch.strided("", axes, 1).form());
  }

  @Test
  void rowsAreForNeighboursThatAreManyEnough() {
    GpuPlatform processor = platform("wide");
    GpuPlatform gpu = platform("tiled");
    StridedAxes sixteen = StridedAxes.of(Shape.of(9, 16), new long[] {0, 1});
    assertTrue(StridedLaunch.suitsRows(processor, sixteen, 1));
    assertFalse(StridedLaunch.suitsRows(gpu, sixteen, 1));
    assertFalse(StridedLaunch.suitsRows(processor, transposed(Shape.of(64, 64)), 1));
  }

  @Test
  void aRowThatIsNoMultipleOfAGroupGetsOneMore() {
    StridedAxes axes = StridedAxes.of(Shape.of(17, 100), new long[] {0, 1});
    assertEquals(new Grid(4 * 3, 1, 1, 32, 8), StridedLaunch.rows("copy_rows", axes, 1).grid());
  }

  @Test
  void transposesSuitTheDevice() {
    Shape square = Shape.of(1, 20, 5, 10);
    assertEquals("transpose", new GpuMovement(platform("tiled")).toMemoryOrder(square).form());
    assertEquals(
        "transpose_direct", new GpuMovement(platform("wide")).toMemoryOrder(square).form());
    Shape picture = Shape.of(2, 3, 5, 7);
    assertEquals(
        "transpose_three", new GpuMovement(platform("wide")).toMemoryOrder(picture).form());
    assertEquals("copy_axes4", new GpuMovement(platform("tiled")).toMemoryOrder(picture).form());
  }

  @Test
  void whatLiesInOrderIsCopied() {
    Shape shape = Shape.of(3, 5);
    assertEquals("copy", new GpuMovement(platform("tiled")).copy(contiguous(shape)).form());
  }

  /** All axes in reverse, so that none merge. */
  private static StridedAxes transposed(Shape shape) {
    long[] strides = new long[shape.rank()];
    long step = 1;
    for (int axis = 0; axis < strides.length; axis++) {
      strides[axis] = step;
      step *= shape.dim(axis);
    }
    return StridedAxes.of(shape, strides);
  }
}
