package dev.cambium.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.op.Activation;
import dev.cambium.op.BatchNormInference;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.op.Convolution;
import dev.cambium.op.Linear;
import dev.cambium.op.MaxPooling;
import dev.cambium.op.Op;
import dev.cambium.op.Padding2d;
import dev.cambium.op.Size2d;
import dev.cambium.op.Window2d;
import dev.cambium.spi.NanBehaviour;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the backend says of NaN is what its kernels do, whichever one oneDNN chooses for a shape.
 */
class CpuNanBehaviourTest extends OpenBackend {
  private static HostArray nan(int... shape) {
    return Agreement.map(Agreement.normal(1, shape), v -> Double.NaN);
  }

  /** Where the operation without its ReLU gives NaN, the one with it gives NaN or 0. */
  private static void assertRectified(Op plain, Op rectified, HostArray... inputs) {
    assertEquals(NanBehaviour.Rule.EITHER, backend().nanBehaviour().rectifier());
    double[] sums = Agreement.kernel(backend(), plain, inputs).get(0).toDoubles();
    double[] y = Agreement.kernel(backend(), rectified, inputs).get(0).toDoubles();
    int there = 0;
    for (int i = 0; i < y.length; i++) {
      if (Double.isNaN(sums[i])) {
        there++;
        assertTrue(Double.isNaN(y[i]) || y[i] == 0, "element " + i + " is " + y[i]);
      }
    }
    assertEquals(y.length > 0, there > 0, "NaN among the sums of " + plain);
  }

  static Stream<CpuConvolutionTest.Case> convolutions() {
    return CpuConvolutionTest.cases();
  }

  @ParameterizedTest
  @MethodSource("convolutions")
  void ofConvolutionWithRelu(CpuConvolutionTest.Case c) {
    assertRectified(
        new Convolution(c.geometry(), true, Activation.NONE),
        new Convolution(c.geometry(), true, Activation.RELU),
        nan(c.x()),
        Agreement.normal(2, c.filter()),
        Agreement.normal(3, c.o()));
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "3, 5, 7", "64, 256, 10", "2, 1, 33", "17, 16, 16"})
  void ofLinearWithRelu(int n, int inputs, int outputs) {
    assertRectified(
        new Linear(true, Activation.NONE),
        new Linear(true, Activation.RELU),
        nan(n, inputs),
        Agreement.normal(2, outputs, inputs),
        Agreement.normal(3, outputs));
  }

  static Stream<Shape> normalised() {
    return CpuBatchNormTest.shapes();
  }

  @ParameterizedTest
  @MethodSource("normalised")
  void ofBatchNormWithRelu(Shape shape) {
    HostArray x = nan(IntStream.range(0, shape.rank()).map(shape::dim).toArray());
    HostArray one = Agreement.map(Agreement.normal(2, shape.dim(1)), v -> 1);
    assertRectified(
        new BatchNormTraining(1e-5, Activation.NONE),
        new BatchNormTraining(1e-5, Activation.RELU),
        x,
        one,
        one);
    assertRectified(
        new BatchNormInference(1e-5, Activation.NONE),
        new BatchNormInference(1e-5, Activation.RELU),
        x,
        one,
        one,
        one,
        one);
  }

  @ParameterizedTest
  @CsvSource({"1, 2, 2, 0", "3, 2, 2, 0", "16, 3, 2, 1", "33, 3, 1, 1", "5, 7, 7, 0"})
  void ofMaxPooling(int channels, int size, int stride, int padding) {
    assertEquals(NanBehaviour.Rule.DROPPED, backend().nanBehaviour().maxPooling());
    HostArray x = Agreement.map(Agreement.normal(1, 2, channels, 14, 14), Math::abs);
    // A third of the pixels, in no window all of them: the largest number of a window wins.
    HostArray holes = HostArray.allocate(x.type());
    HostArray zeroed = HostArray.allocate(x.type());
    for (int i = 0; i < x.shape().intSize(); i++) {
      boolean hole = i % 3 == 0;
      holes.set(i, hole ? Double.NaN : x.get(i));
      zeroed.set(i, hole ? 0 : x.get(i));
    }
    MaxPooling op =
        new MaxPooling(
            new Window2d(Size2d.square(size), Size2d.square(stride), Padding2d.same(padding)));
    Agreement.assertExact(
        "y", Agreement.host(op, zeroed).get(0), Agreement.kernel(backend(), op, holes).get(0));
  }
}
