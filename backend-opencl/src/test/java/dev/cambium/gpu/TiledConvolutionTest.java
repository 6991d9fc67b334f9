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
import dev.cambium.tensor.DType;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each variant of the tiled convolutions against the operations' meaning on the host, on whole
 * numbers of at most 3 whose sums are exact in any order. The shapes are awkward in everything: the
 * variant that would be chosen for them by itself is another one.
 */
class TiledConvolutionTest {
  /** x [N, C, H, W], filters, kernel, and how it moves. */
  private record Layer(Shape x, int filters, Size2d kernel, ConvolutionGeometry geometry) {}

  private static final List<Layer> LAYERS =
      List.of(
          layer(Shape.of(2, 3, 7, 5), 5, 3, 2, 2, 1, new Padding2d(1, 0, 0, 2), 1, 1, 1),
          layer(Shape.of(1, 18, 9, 10), 34, 3, 3, 3, 2, new Padding2d(2, 1, 0, 3), 2, 3, 2),
          layer(Shape.of(3, 17, 6, 6), 33, 1, 1, 2, 2, Padding2d.NONE, 1, 1, 1),
          layer(Shape.of(2, 20, 11, 13), 130, 3, 3, 1, 1, new Padding2d(1, 1, 1, 1), 1, 1, 1));

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

  private static Layer layer(
      Shape x,
      int filters,
      int kernelHeight,
      int kernelWidth,
      int strideHeight,
      int strideWidth,
      Padding2d padding,
      int dilationHeight,
      int dilationWidth,
      int groups) {
    return new Layer(
        x,
        filters,
        new Size2d(kernelHeight, kernelWidth),
        new ConvolutionGeometry(
            new Size2d(strideHeight, strideWidth),
            padding,
            new Size2d(dilationHeight, dilationWidth),
            groups));
  }

  private static HostArray numbers(TensorType type, long seed) {
    Random random = new Random(seed);
    return HostArray.of(
        type, random.doubles(type.shape().size()).map(x -> Math.floor(x * 7) - 3).toArray());
  }

  private static List<HostArray> expected(Op op, List<HostArray> inputs) {
    List<DoubleArray> in =
        inputs.stream().map(x -> new DoubleArray(x.shape(), x.toDoubles())).toList();
    List<HostArray> outputs = outputs(op, inputs);
    List<DoubleArray> out =
        outputs.stream().map(y -> new DoubleArray(y.shape(), y.toDoubles())).toList();
    op.host().orElseThrow().apply(in, out);
    List<HostArray> results = new ArrayList<>();
    for (int i = 0; i < out.size(); i++) {
      results.add(HostArray.of(outputs.get(i).type(), out.get(i).values()));
    }
    return results;
  }

  private static List<HostArray> outputs(Op op, List<HostArray> inputs) {
    return op.infer(types(inputs)).stream()
        .map(type -> HostArray.allocate((TensorType) type))
        .toList();
  }

  private static List<ValueType> types(List<HostArray> inputs) {
    return inputs.stream().map(input -> (ValueType) input.type()).toList();
  }

  private static void check(Op op, List<HostArray> inputs, GpuKernel kernel, Tile tile) {
    List<HostArray> outputs = outputs(op, inputs);
    try (DeviceRun run = new DeviceRun(backend)) {
      run.run(kernel, inputs, outputs);
    }
    List<HostArray> expected = expected(op, inputs);
    for (int i = 0; i < outputs.size(); i++) {
      assertArrayEquals(
          expected.get(i).toDoubles(),
          outputs.get(i).toDoubles(),
          tile + ", output " + i + " of " + op + " of " + inputs.get(0).shape());
    }
  }

  static Stream<Tile> forward() {
    return TiledFamily.CONVOLUTION.tiles().stream();
  }

  static Stream<Tile> backwardData() {
    return TiledFamily.BACKWARD_DATA.tiles().stream();
  }

  static Stream<Tile> backwardWeights() {
    return TiledFamily.BACKWARD_WEIGHTS.tiles().stream();
  }

  private static TensorType w(Layer layer) {
    return TensorType.of(
        DType.FLOAT32,
        layer.filters(),
        layer.x().dim(1) / layer.geometry().groups(),
        layer.kernel().height(),
        layer.kernel().width());
  }

  private static TensorType y(Layer layer) {
    return TensorType.of(
        DType.FLOAT32,
        layer.x().dim(0),
        layer.filters(),
        layer.geometry().outputHeight(layer.x().dim(2), layer.kernel().height()),
        layer.geometry().outputWidth(layer.x().dim(3), layer.kernel().width()));
  }

  private static Tiling tiling(ProductSize size, Tile tile) {
    return Tiling.of(size, tile, backend.platform().device());
  }

  @ParameterizedTest
  @MethodSource
  void forward(Tile tile) {
    for (Layer layer : LAYERS) {
      Convolution op = new Convolution(layer.geometry(), true, Activation.RELU);
      List<HostArray> inputs =
          List.of(
              numbers(new TensorType(DType.FLOAT32, layer.x()), 1),
              numbers(w(layer), 2),
              numbers(TensorType.of(DType.FLOAT32, layer.filters()), 3));
      ConvolutionProblem p = ConvolutionProblem.of(op, types(inputs));
      Epilogue epilogue = Epilogue.of(true, Activation.RELU);
      Tiling tiling = tiling(ProductSize.forward(p), tile);
      check(
          op,
          inputs,
          TiledConvolution.launch(backend.platform(), tiling, p, epilogue).build(),
          tile);
    }
  }

  @ParameterizedTest
  @MethodSource
  void backwardData(Tile tile) {
    for (Layer layer : LAYERS) {
      Size2d image = new Size2d(layer.x().dim(2), layer.x().dim(3));
      ConvolutionBackwardData op = new ConvolutionBackwardData(layer.geometry(), image);
      List<HostArray> inputs = List.of(numbers(y(layer), 1), numbers(w(layer), 2));
      ConvolutionProblem p = ConvolutionProblem.of(op, types(inputs));
      Tiling tiling = tiling(ProductSize.backwardData(p), tile);
      check(
          op,
          inputs,
          TiledConvolutionBackwardData.launch(backend.platform(), tiling, p).build(),
          tile);
    }
  }

  @ParameterizedTest
  @MethodSource
  void backwardWeights(Tile tile) {
    for (Layer layer : LAYERS) {
      ConvolutionBackwardWeights op =
          new ConvolutionBackwardWeights(layer.geometry(), layer.kernel(), true);
      List<HostArray> inputs =
          List.of(numbers(new TensorType(DType.FLOAT32, layer.x()), 1), numbers(y(layer), 2));
      ConvolutionProblem p = ConvolutionProblem.of(op, types(inputs));
      Tiling tiling = tiling(ProductSize.backwardWeights(p), tile);
      check(
          op,
          inputs,
          TiledConvolutionBackwardWeights.launch(backend.platform(), tiling, p, true).build(),
          tile);
    }
  }
}
