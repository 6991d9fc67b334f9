package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.cambium.op.Activation;
import dev.cambium.opencl.TestDevice;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The products for processors against plain loops, on whole numbers of at most 3 whose sums are
 * exact in any order, in every {@link WideTile}. The sizes are those where another path begins:
 * tiles of 4 to 12 rows and panels of 32 or 16 (FLOAT64: 16 or 8) columns, dot products for up to 4
 * rows, a second factor read where it lies for up to 64, sums split for few results (from 1024
 * terms on) and for caches (from 4096 on).
 */
class WideProductTest {
  private static GpuBackend backend;

  @BeforeAll
  static void open() {
    backend = TestDevice.openBackend(Map.of("opencl.kernels", "wide"));
  }

  @AfterAll
  static void close() {
    if (backend != null) {
      backend.close();
    }
  }

  private static void check(MatrixProduct sizes) {
    for (WideTile tile : WideTile.values()) {
      check(tile, sizes);
    }
  }

  private static void check(WideTile tile, MatrixProduct sizes) {
    int batch = sizes.batch();
    HostArray a = PlainProduct.numbers(sizes.dtype(), batch * sizes.m() * sizes.k(), 1);
    HostArray b = PlainProduct.numbers(sizes.dtype(), batch * sizes.k() * sizes.n(), 2);
    HostArray y = PlainProduct.numbers(sizes.dtype(), batch * sizes.m() * sizes.n(), 3);
    if (sizes.beta() == 0) {
      y = HostArray.of(y.type(), nan(y.toDoubles().length));
    }
    double[] expected = PlainProduct.of(sizes, a, b, y);
    try (DeviceRun run = new DeviceRun(backend)) {
      run.run(WideMatMul.prepare(backend.platform(), tile, sizes), List.of(a, b), List.of(y));
    }
    assertArrayEquals(expected, y.toDoubles(), () -> sizes + " " + tile);
  }

  private static double[] nan(int count) {
    double[] values = new double[count];
    Arrays.fill(values, Double.NaN);
    return values;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "1, 33, 7",
    "4, 40, 100",
    "5, 31, 17",
    "8, 32, 64",
    "7, 16, 64",
    "64, 48, 33",
    "67, 129, 71",
    "72, 70, 9",
    "2, 3, 20000",
    "16, 16, 1100",
    "40, 64, 9000",
    "300, 33, 5",
    "0, 5, 3",
    "3, 0, 4",
    "3, 4, 0",
    "70, 40, 0"
  })
  void multipliesMatricesOfAnySizeTransposedOrNot(int m, int n, int k) {
    for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
      for (int transposes = 0; transposes < 4; transposes++) {
        boolean transposeA = transposes % 2 == 1;
        boolean transposeB = transposes / 2 == 1;
        check(MatrixProduct.of(dtype, m, n, k, transposeA, transposeB));
        check(new MatrixProduct(dtype, 3, m, n, k, transposeA, transposeB, 1, 0));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 0", "-1, 3", "0.5, 1", "0, 2"})
  void scalesTheProductAndWhatWasThere(double alpha, double beta) {
    int[][] sizes = {{3, 37, 50}, {9, 33, 20}, {66, 64, 40}, {9, 20, 3000}};
    for (int[] size : sizes) {
      for (int batch : new int[] {1, 2}) {
        for (boolean transposeB : new boolean[] {false, true}) {
          check(
              new MatrixProduct(
                  DType.FLOAT32, batch, size[0], size[1], size[2], false, transposeB, alpha, beta));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 50, 9000})
  void addsTheBiasAndActivatesOnceHoweverOftenTheSumIsSplit(int k) {
    for (int n : new int[] {20, 32, 45}) {
      MatrixProduct sizes = MatrixProduct.of(DType.FLOAT32, 11, n, k, false, true);
      HostArray a = PlainProduct.numbers(DType.FLOAT32, 11 * k, 4);
      HostArray b = PlainProduct.numbers(DType.FLOAT32, n * k, 5);
      HostArray bias = PlainProduct.numbers(DType.FLOAT32, n, 6);
      HostArray y = PlainProduct.numbers(DType.FLOAT32, 11 * n, 7);
      for (Activation activation : List.of(Activation.RELU, new Activation.LeakyRelu(0.5))) {
        double[] expected = PlainProduct.of(sizes, a, b, y);
        for (int i = 0; i < expected.length; i++) {
          expected[i] = activation.apply(expected[i] + bias.get(i % n));
        }
        for (WideTile tile : WideTile.values()) {
          WideLaunches launches = new WideLaunches(backend.platform(), tile, DType.FLOAT32);
          new WideProduct(launches, sizes, Argument.input(2), GpuActivation.of(activation))
              .launch(Argument.input(0), Argument.input(1), Argument.output(0));
          try (DeviceRun run = new DeviceRun(backend)) {
            run.run(launches.build(), List.of(a, b, bias), List.of(y));
          }
          assertArrayEquals(expected, y.toDoubles(), () -> sizes + " " + activation + " " + tile);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"16, 16, 5000", "40, 64, 9000", "200, 100, 300"})
  void givesTheSameBitsAgain(int m, int n, int k) {
    Random random = new Random(8);
    HostArray a = HostArray.of(TensorType.of(DType.FLOAT32, m, k), random.doubles(m * k).toArray());
    HostArray b = HostArray.of(TensorType.of(DType.FLOAT32, k, n), random.doubles(k * n).toArray());
    float[][] results = new float[3][];
    for (int i = 0; i < results.length; i++) {
      HostArray y = HostArray.allocate(TensorType.of(DType.FLOAT32, m, n));
      MatrixProduct sizes = MatrixProduct.of(DType.FLOAT32, m, n, k, false, false);
      try (DeviceRun run = new DeviceRun(backend)) {
        run.run(
            WideMatMul.prepare(backend.platform(), WideTile.LONG_8, sizes),
            List.of(a, b),
            List.of(y));
      }
      results[i] = y.toFloats();
    }
    assertArrayEquals(results[0], results[1]);
    assertArrayEquals(results[0], results[2]);
  }
}
