package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.cambium.op.Activation;
import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.op.ConvolutionGeometry;
import dev.cambium.op.Op;
import dev.cambium.op.Padding2d;
import dev.cambium.op.Size2d;
import dev.cambium.opencl.TestDevice;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The convolutions for processors against the operations' host functions, on whole numbers of at
 * most 3 whose sums are exact in any order, in every {@link WideTile}. The images are larger than
 * those of the suite: several tiles, panels and splits of pixels (from 1536 pixels of y on) for
 * each layer.
 */
class WideConvolutionTest {
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

  private static HostArray numbers(DType dtype, Shape shape, long seed) {
    Random random = new Random(seed);
    double[] values = random.doubles(shape.size()).map(x -> Math.floor(x * 7) - 3).toArray();
    return HostArray.of(new TensorType(dtype, shape), values);
  }

  private static void check(Op op, HostArray... inputs) {
    List<HostArray> all = List.of(inputs);
    List<ValueType> types = all.stream().map(input -> (ValueType) input.type()).toList();
    List<HostArray> expected;
    try (Backend reference = new ReferenceProvider().open(BackendConfig.defaults());
        DeviceRun run = new DeviceRun(reference)) {
      expected = run.of(op, all);
    }
    for (WideTile tile : WideTile.values()) {
      List<HostArray> results =
          expected.stream().map(array -> HostArray.allocate(array.type())).toList();
      try (DeviceRun run = new DeviceRun(backend)) {
        run.run(prepare(tile, op, types), all, results);
      }
      for (int i = 0; i < results.size(); i++) {
        String message = op + " output " + i + " in " + tile;
        assertArrayEquals(expected.get(i).toDoubles(), results.get(i).toDoubles(), message);
      }
    }
  }

  private static Kernel prepare(WideTile tile, Op op, List<ValueType> types) {
    Contractions products = new WideContractions(backend.platform(), tile);
    if (op instanceof Convolution forward) {
      return (Kernel) products.convolution(forward, types);
    }
    return op instanceof ConvolutionBackwardData data
        ? (Kernel) products.convolutionBackwardData(data, types)
        : (Kernel) products.convolutionBackwardWeights((ConvolutionBackwardWeights) op, types);
  }

  private static void check(
      DType dtype,
      int batch,
      Shape image,
      int filters,
      ConvolutionGeometry geometry,
      Size2d kernel) {
    Shape x = image.with(0, batch);
    Shape w = Shape.of(filters, x.dim(1) / geometry.groups(), kernel.height(), kernel.width());
    Shape y =
        Shape.of(
            batch,
            filters,
            geometry.outputHeight(x.dim(2), kernel.height()),
            geometry.outputWidth(x.dim(3), kernel.width()));
    HostArray images = numbers(dtype, x, 1);
    HostArray weights = numbers(dtype, w, 2);
    HostArray bias = numbers(dtype, Shape.of(filters), 3);
    HostArray dy = numbers(dtype, y, 4);
    check(new Convolution(geometry, false, Activation.NONE), images, weights);
    check(new Convolution(geometry, true, Activation.RELU), images, weights, bias);
    check(new Convolution(geometry, true, new Activation.LeakyRelu(0.25)), images, weights, bias);
    check(new ConvolutionBackwardData(geometry, new Size2d(x.dim(2), x.dim(3))), dy, weights);
    check(new ConvolutionBackwardWeights(geometry, kernel, true), images, dy);
    check(new ConvolutionBackwardWeights(geometry, kernel, false), images, dy);
  }

  @ParameterizedTest(name = "{0} channels {1}x{2}, {3} filters {4}x{5}, stride {6}, padding {7}")
  @CsvSource({
    "3, 40, 33, 33, 3, 3, 1, 1", "35, 23, 29, 41, 3, 3, 1, 1", "16, 31, 20, 16, 5, 3, 1, 2",
    "8, 45, 41, 20, 3, 3, 2, 1", "64, 28, 28, 40, 1, 1, 1, 0", "33, 41, 40, 8, 1, 1, 2, 0",
    "1, 47, 30, 6, 5, 5, 1, 0", "7, 37, 40, 70, 4, 2, 3, 3", "2, 60, 50, 3, 7, 7, 2, 3"
  })
  void agreesOnImagesOfManyTiles(
      int channels, int height, int width, int filters, int kH, int kW, int stride, int padding) {
    ConvolutionGeometry geometry =
        new ConvolutionGeometry(
            new Size2d(stride, stride),
            new Padding2d(padding, padding, padding, padding),
            Size2d.ONE,
            1);
    Shape image = Shape.of(1, channels, height, width);
    check(DType.FLOAT32, 3, image, filters, geometry, new Size2d(kH, kW));
    check(DType.FLOAT64, 2, image, filters, geometry, new Size2d(kH, kW));
  }

  @ParameterizedTest(name = "{0} channels, {1} filters, {2} groups, stride {3}, dilation {4}")
  @CsvSource({
    "32, 32, 32, 1, 1",
    "70, 70, 70, 2, 1",
    "5, 5, 5, 1, 2",
    "48, 96, 48, 1, 1",
    "24, 36, 3, 2, 1",
    "64, 64, 2, 1, 2",
    "12, 40, 4, 3, 2",
    "33, 33, 33, 2, 2"
  })
  void agreesForGroupsAndDilation(int channels, int filters, int groups, int stride, int dilation) {
    ConvolutionGeometry geometry =
        new ConvolutionGeometry(
            new Size2d(stride, 1), new Padding2d(1, 0, 2, 3), new Size2d(1, dilation), groups);
    Shape image = Shape.of(1, channels, 30, 27);
    check(DType.FLOAT32, 2, image, filters, geometry, new Size2d(3, 3));
    check(DType.FLOAT64, 1, image, filters, geometry, new Size2d(2, 3));
  }
}
