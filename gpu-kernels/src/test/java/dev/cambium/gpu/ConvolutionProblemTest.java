package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.op.Activation;
import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.op.ConvolutionGeometry;
import dev.cambium.op.Padding2d;
import dev.cambium.op.Size2d;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConvolutionProblemTest {
  private static final ConvolutionGeometry GEOMETRY =
      new ConvolutionGeometry(new Size2d(2, 3), new Padding2d(1, 0, 2, 1), new Size2d(1, 2), 2);
  private static final TensorType X = TensorType.of(DType.FLOAT32, 5, 4, 9, 11);
  private static final TensorType W = TensorType.of(DType.FLOAT32, 6, 2, 3, 2);
  private static final TensorType Y = TensorType.of(DType.FLOAT32, 5, 6, 4, 4);

  /** Output height (9 + 1 - 3) / 2 + 1 = 4, width (11 + 3 - 3) / 3 + 1 = 4. */
  private static final ConvolutionProblem EXPECTED =
      new ConvolutionProblem(DType.FLOAT32, 5, 4, 9, 11, 6, 3, 2, 4, 4, 2, 3, 1, 2, 1, 2, 2);

  @Test
  void isTheSameForAnOperationAndItsGradients() {
    assertEquals(
        EXPECTED,
        ConvolutionProblem.of(new Convolution(GEOMETRY, false, Activation.NONE), List.of(X, W)));
    assertEquals(
        EXPECTED,
        ConvolutionProblem.of(
            new ConvolutionBackwardData(GEOMETRY, new Size2d(9, 11)), List.of(Y, W)));
    assertEquals(
        EXPECTED,
        ConvolutionProblem.of(
            new ConvolutionBackwardWeights(GEOMETRY, new Size2d(3, 2), true), List.of(X, Y)));
  }

  @Test
  void countsPixelsAndTaps() {
    assertEquals(495, EXPECTED.imagePixels());
    assertEquals(80, EXPECTED.outputPixels());
    assertEquals(6, EXPECTED.taps());
    assertFalse(EXPECTED.isDepthwise());
  }

  /** In phases of the stride a pixel meets 2 rows of taps at most, and 1 column: dilation 2. */
  @Test
  void meetsOnlyTheTapsOfAPhaseInTheGradientByTheImage() {
    assertEquals(
        new ProductSize(DType.FLOAT32, 5 * 5 * 4, 2, 2 * 3, 2, 2 * 3 * 2),
        ProductSize.backwardData(EXPECTED));
  }

  @Test
  void knowsTheFeaturesOfAnImageInTheOrderOfMemory() {
    LinearProblem image = LinearProblem.of(TensorType.of(DType.FLOAT32, 7, 3, 4, 5), 9);
    assertEquals(new LinearProblem(DType.FLOAT32, 7, 9, 3, 20), image);
    assertTrue(image.isPermuted());
    for (Shape same : List.of(Shape.of(7, 60), Shape.of(7, 60, 1, 1), Shape.of(7, 1, 6, 10))) {
      LinearProblem plain = LinearProblem.of(new TensorType(DType.FLOAT32, same), 9);
      assertEquals(new LinearProblem(DType.FLOAT32, 7, 9, 60, 1), plain);
      assertFalse(plain.isPermuted());
    }
  }
}
