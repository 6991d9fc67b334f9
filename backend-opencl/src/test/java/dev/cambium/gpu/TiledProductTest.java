package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.cambium.op.Activation;
import dev.cambium.opencl.TestDevice;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each variant of the tiled products against plain loops, on whole numbers of at most 3 whose sums
 * are exact in any order. Sizes lie around those of the tiles; a device that claims many
 * multiprocessors has its sums split.
 */
class TiledProductTest {
  private static GpuBackend backend;

  @BeforeAll
  static void open() {
    backend = TestDevice.openBackend(Map.of("opencl.kernels", "tiled", "opencl.tuning", "off"));
  }

  @AfterAll
  static void close() {
    if (backend != null) {
      backend.close();
    }
  }

  /** The tiles of a product on this device, or on one of so many multiprocessors. */
  private static Tiling tiling(MatrixProduct sizes, Tile tile, int computeUnits) {
    GpuDevice device = backend.platform().device();
    GpuDevice busy =
        new GpuDevice(
            device.backend(),
            device.id(),
            device.name(),
            device.vendor(),
            device.driver(),
            false,
            computeUnits,
            device.mostLocalItems(),
            device.localBytes(),
            device.globalBytes(),
            device.mostBytes(),
            device.hasDouble(),
            device.vectorBytes());
    return Tiling.of(ProductSize.of(sizes), tile, busy);
  }

  private static void check(MatrixProduct sizes, Tile tile, int computeUnits) {
    check(sizes, tile, computeUnits, Activation.NONE, false);
  }

  private static void check(
      MatrixProduct sizes, Tile tile, int computeUnits, Activation activation, boolean bias) {
    DType dtype = sizes.dtype();
    int batch = sizes.batch();
    HostArray a = PlainProduct.numbers(dtype, batch * sizes.m() * sizes.k(), 1);
    HostArray b = PlainProduct.numbers(dtype, batch * sizes.k() * sizes.n(), 2);
    HostArray c = PlainProduct.numbers(dtype, sizes.n(), 3);
    HostArray y = PlainProduct.numbers(dtype, batch * sizes.m() * sizes.n(), 4);
    if (sizes.beta() == 0) {
      double[] nan = new double[y.toDoubles().length];
      Arrays.fill(nan, Double.NaN);
      y = HostArray.of(y.type(), nan);
    }
    double[] expected = PlainProduct.of(sizes, a, b, y);
    for (int i = 0; i < expected.length; i++) {
      expected[i] = activation.apply(expected[i] + (bias ? c.get(i % sizes.n()) : 0));
    }
    Tiling tiling = tiling(sizes, tile, computeUnits);
    GpuKernel kernel =
        TiledProduct.launch(backend.platform(), tiling, sizes, Epilogue.of(bias, activation))
            .build();
    try (DeviceRun run = new DeviceRun(backend)) {
      run.run(kernel, List.of(a, b, c), List.of(y));
    }
    assertArrayEquals(expected, y.toDoubles(), sizes + " " + tiling);
  }

  @ParameterizedTest
  @EnumSource(Tile.class)
  void multipliesMatricesOfAnySizeTransposedOrNot(Tile tile) {
    int[][] sizes = {
      {1, 1, 1},
      {tile.rows(), tile.columns(), tile.depth(DType.FLOAT32)},
      {tile.rows() + 1, tile.columns() - 1, tile.depth(DType.FLOAT32) + 1},
      {tile.rows() - 3, 2 * tile.columns() + 5, 2 * tile.depth(DType.FLOAT32) - 1},
      {2, 3, 0}
    };
    for (int transposes = 0; transposes < 4; transposes++) {
      for (int[] size : sizes) {
        check(
            MatrixProduct.of(
                DType.FLOAT32, size[0], size[1], size[2], transposes % 2 == 1, transposes / 2 == 1),
            tile,
            2);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Tile.class,
      names = {"TALL", "SMALL"})
  void multipliesInDoublePrecision(Tile tile) {
    check(MatrixProduct.of(DType.FLOAT64, 67, 35, 21, false, true), tile, 2);
    check(MatrixProduct.of(DType.FLOAT64, 67, 35, 21, true, false), tile, 2);
  }

  @ParameterizedTest
  @EnumSource(
      value = Tile.class,
      names = {"SQUARE", "THIN"})
  void addsUpWhatWasSplitAndScalesOnce(Tile tile) {
    double[][] factors = {{1, 0}, {2, 0}, {-1, 3}, {0.5, 1}, {0, 2}};
    for (double[] factor : factors) {
      for (int computeUnits : new int[] {1, 64}) {
        for (int batch : new int[] {1, 3}) {
          check(
              new MatrixProduct(
                  DType.FLOAT32, batch, 37, 19, 1000, false, true, factor[0], factor[1]),
              tile,
              computeUnits);
        }
      }
    }
  }

  @Test
  void addsTheBiasAndActivatesOnceHoweverOftenTheSumIsSplit() {
    MatrixProduct sizes = MatrixProduct.of(DType.FLOAT32, 33, 18, 700, false, true);
    for (Activation activation :
        List.of(Activation.NONE, Activation.RELU, new Activation.LeakyRelu(0.5))) {
      check(sizes, Tile.SMALL, 1, activation, true);
      check(sizes, Tile.SMALL, 64, activation, true);
    }
  }
}
