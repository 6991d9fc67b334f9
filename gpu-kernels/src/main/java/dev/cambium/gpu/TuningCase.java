package dev.cambium.gpu;

import dev.cambium.op.Activation;
import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.op.ConvolutionGeometry;
import dev.cambium.op.MatMul;
import dev.cambium.op.Op;
import dev.cambium.op.Padding2d;
import dev.cambium.op.Size2d;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;

/**
 * A product on which tiles are measured: one of a layer as networks have them, or of matrices.
 *
 * @param family which tiles it decides on
 * @param op the operation
 * @param inputs the types of its inputs
 * @param size what the shape suggests tiles by
 */
record TuningCase(TiledFamily family, Op op, List<ValueType> inputs, ProductSize size) {
  private static final int[][] MATRICES = {
    {2048, 2048, 2048},
    {1024, 1024, 1024},
    {4096, 64, 1024},
    {4096, 32, 1024},
    {4096, 16, 1024},
    {32, 4096, 1024},
    {16, 4096, 1024},
    {64, 1024, 1024},
    {256, 256, 256},
    {64, 10, 256}
  };

  /** Channels, filters, and the side of the image. */
  private static final int[][] LAYERS = {
    {3, 32, 32}, {16, 16, 32}, {32, 32, 32}, {64, 64, 16}, {128, 128, 16}, {256, 256, 8}
  };

  private static final Size2d KERNEL = new Size2d(3, 3);
  private static final ConvolutionGeometry SAME =
      new ConvolutionGeometry(new Size2d(1, 1), new Padding2d(1, 1, 1, 1), new Size2d(1, 1), 1);

  /** Those for a device: a processor gets fewer images, and matrices of a quarter of the length. */
  static List<TuningCase> of(GpuDevice device) {
    int batch = device.isProcessor() ? 2 : 64;
    int part = device.isProcessor() ? 4 : 1;
    List<TuningCase> cases = new ArrayList<>();
    for (int[] matrix : MATRICES) {
      cases.add(product(length(matrix[0], part), length(matrix[1], part), matrix[2] / part));
    }
    for (int[] layer : LAYERS) {
      cases.addAll(convolutions(batch, layer[0], layer[1], layer[2]));
    }
    return cases;
  }

  /** What is short stays, as it decides on the tile. */
  private static int length(int whole, int part) {
    return whole > 256 ? whole / part : whole;
  }

  private static TuningCase product(int rows, int columns, int terms) {
    MatMul op = new MatMul(false, false);
    List<ValueType> inputs =
        List.of(TensorType.float32(rows, terms), TensorType.float32(terms, columns));
    return new TuningCase(
        TiledFamily.PRODUCT, op, inputs, ProductSize.of(MatrixProduct.of(op, inputs)));
  }

  private static List<TuningCase> convolutions(int batch, int channels, int filters, int side) {
    TensorType x = TensorType.float32(batch, channels, side, side);
    TensorType w = TensorType.float32(filters, channels, KERNEL.height(), KERNEL.width());
    TensorType y = TensorType.float32(batch, filters, side, side);
    Convolution forward = new Convolution(SAME, false, Activation.NONE);
    ConvolutionBackwardData data = new ConvolutionBackwardData(SAME, new Size2d(side, side));
    ConvolutionBackwardWeights weights = new ConvolutionBackwardWeights(SAME, KERNEL, false);
    ConvolutionProblem problem = ConvolutionProblem.of(forward, List.of(x, w));
    return List.of(
        new TuningCase(
            TiledFamily.CONVOLUTION, forward, List.of(x, w), ProductSize.forward(problem)),
        new TuningCase(
            TiledFamily.BACKWARD_DATA, data, List.of(y, w), ProductSize.backwardData(problem)),
        new TuningCase(
            TiledFamily.BACKWARD_WEIGHTS,
            weights,
            List.of(x, y),
            ProductSize.backwardWeights(problem)));
  }

  /** The kernel with these tiles. */
  Prepared prepare(TiledContractions contractions) {
    if (op instanceof MatMul product) {
      return contractions.matMul(product, inputs);
    }
    if (op instanceof Convolution convolution) {
      return contractions.convolution(convolution, inputs);
    }
    if (op instanceof ConvolutionBackwardData data) {
      return contractions.convolutionBackwardData(data, inputs);
    }
    return contractions.convolutionBackwardWeights((ConvolutionBackwardWeights) op, inputs);
  }
}
