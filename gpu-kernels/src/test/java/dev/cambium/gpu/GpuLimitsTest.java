package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.op.Activation;
import dev.cambium.op.ConfusionUpdate;
import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.op.ConvolutionGeometry;
import dev.cambium.op.MatMul;
import dev.cambium.op.Op;
import dev.cambium.op.Padding2d;
import dev.cambium.op.Size2d;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Kernel;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes beyond what a launch takes: fewer, longer groups, or a reason with the numbers. */
class GpuLimitsTest {
  private static final int GROUPS = 70_000;

  private static GpuBackend backend(String kernels) {
    return new GpuBackend(
        new HeapContext(1 << 16),
        new BackendConfig("", Map.of("fake.kernels", kernels, "fake.tuning", "off")));
  }

  private static TensorType floats(int... dimensions) {
    return TensorType.of(DType.FLOAT32, dimensions);
  }

  private static ConvolutionGeometry geometry(int stride, int groups) {
    return new ConvolutionGeometry(new Size2d(stride, stride), Padding2d.NONE, Size2d.ONE, groups);
  }

  private static void assertDeclined(
      String kernels, Op op, List<TensorType> inputs, String... words) {
    try (GpuBackend backend = backend(kernels)) {
      Declined declined =
          assertInstanceOf(Declined.class, backend.prepare(op, List.copyOf(inputs)));
      for (String word : words) {
        assertTrue(declined.reason().contains(word), declined::reason);
      }
    }
  }

  private static void assertPrepared(String kernels, Op op, List<TensorType> inputs) {
    try (GpuBackend backend = backend(kernels)) {
      Kernel kernel = assertInstanceOf(Kernel.class, backend.prepare(op, List.copyOf(inputs)));
      kernel.close();
    }
  }

  @Test
  void aConvolutionOfTooManyGroupsForProcessorsIsDeclinedWithTheirNumber() {
    assertDeclined(
        "wide",
        new Convolution(geometry(1, GROUPS), false, Activation.NONE),
        List.of(floats(1, 2 * GROUPS, 4, 4), floats(GROUPS, 2, 1, 1)),
        "70000 groups",
        "65535");
    assertDeclined(
        "wide",
        new ConvolutionBackwardWeights(geometry(1, GROUPS), Size2d.ONE, false),
        List.of(floats(1, 2 * GROUPS, 4, 4), floats(1, GROUPS, 4, 4)),
        "70000 groups",
        "65535");
  }

  @Test
  void aStrideOfTooManyPhasesIsDeclinedWithTheirNumber() {
    assertDeclined(
        "wide",
        new ConvolutionBackwardData(geometry(300, 1), new Size2d(601, 601)),
        List.of(floats(1, 4, 3, 3), floats(4, 4, 1, 1)),
        "300 x 300",
        "90000",
        "65535");
  }

  @ParameterizedTest
  @ValueSource(strings = {"wide", "tiled"})
  void aConfusionTableBeyondThirtyTwoBitsIsDeclinedWithItsSize(String kernels) {
    int classes = 50_000;
    assertDeclined(
        kernels,
        new ConfusionUpdate(),
        List.of(
            TensorType.of(DType.INT32, classes, classes),
            floats(4, classes),
            TensorType.of(DType.INT32, 4)),
        "50000 classes",
        "2500000000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"wide", "tiled"})
  void aLaunchOfTooManyGroupsIsDeclinedWithOperationAndShapes(String kernels) {
    assertDeclined(
        kernels,
        new MatMul(false, false),
        List.of(floats(Integer.MAX_VALUE, 1), floats(1, Integer.MAX_VALUE)),
        "MatMul",
        "[2147483647, 1]",
        "2147483647 x 65535 x 65535 at most");
  }

  @ParameterizedTest
  @ValueSource(strings = {"wide", "tiled"})
  void longSumsAndManyColumnsAreCutIntoAsManyGroupsAsADeviceTakes(String kernels) {
    assertPrepared(
        kernels, new MatMul(false, false), List.of(floats(8, 1 << 30), floats(1 << 30, 8)));
    assertPrepared(
        kernels,
        new ConvolutionBackwardWeights(geometry(1, 1), Size2d.ONE, false),
        List.of(floats(1, 3_000_000, 1, 1), floats(1, 300_000, 1, 1)));
  }
}
