package dev.cambium.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cambium.op.Activation;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.op.ConvolutionGeometry;
import dev.cambium.op.Linear;
import dev.cambium.op.LinearBackwardData;
import dev.cambium.op.LinearBackwardWeights;
import dev.cambium.op.MatMul;
import dev.cambium.op.Op;
import dev.cambium.op.Padding2d;
import dev.cambium.op.Size2d;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KernelCostTest {
  private static final ConvolutionGeometry GROUPED =
      new ConvolutionGeometry(Size2d.ONE, Padding2d.NONE, Size2d.ONE, 2);

  static Stream<Arguments> operations() {
    TensorType x = TensorType.float32(2, 4, 5, 6);
    TensorType w = TensorType.float32(8, 2, 3, 3);
    TensorType y = TensorType.float32(2, 8, 3, 4);
    // y has 2 * 8 * 3 * 4 = 192 elements, each a sum of 2 * 3 * 3 = 18 products
    long convolution = 2 * 192 * 18;
    long convolutionBytes = 4 * (2 * 4 * 5 * 6 + 8 * 2 * 3 * 3 + 192);
    TensorType a = TensorType.float32(5, 3, 2);
    TensorType v = TensorType.float32(7, 6);
    TensorType b = TensorType.float32(5, 7);
    long linear = 2 * 5 * 7 * 6;
    long linearBytes = 4 * (30 + 42 + 35);
    return Stream.of(
        Arguments.of(
            new Convolution(GROUPED, false, Activation.NONE),
            List.of(x, w),
            convolution,
            convolutionBytes),
        Arguments.of(
            new ConvolutionBackwardData(GROUPED, new Size2d(5, 6)),
            List.of(y, w),
            convolution,
            convolutionBytes),
        Arguments.of(
            new ConvolutionBackwardWeights(GROUPED, Size2d.square(3), false),
            List.of(x, y),
            convolution,
            convolutionBytes),
        Arguments.of(new Linear(false, Activation.NONE), List.of(a, v), linear, linearBytes),
        Arguments.of(new LinearBackwardData(Shape.of(5, 3, 2)), List.of(b, v), linear, linearBytes),
        Arguments.of(new LinearBackwardWeights(false), List.of(a, b), linear, linearBytes),
        Arguments.of(
            new MatMul(true, false),
            List.of(TensorType.float32(6, 5), TensorType.float32(6, 7)),
            linear,
            linearBytes),
        Arguments.of(new BinaryMath(BinaryMath.Function.ADD), List.of(b, b), 0L, 4L * 3 * 35));
  }

  @ParameterizedTest
  @MethodSource("operations")
  void productsCountTwoEachAndEveryValueMovesOnce(
      Op op, List<ValueType> inputs, long flops, long bytes) {
    assertEquals(new KernelCost(flops, bytes), KernelCost.of(op, inputs, op.infer(inputs)));
  }
}
