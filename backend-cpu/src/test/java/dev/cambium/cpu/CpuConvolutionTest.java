package dev.cambium.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.op.Activation;
import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.op.ConvolutionGeometry;
import dev.cambium.op.Padding2d;
import dev.cambium.op.Size2d;
import dev.cambium.spi.Declined;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CpuConvolutionTest extends OpenBackend {
  /** Image [n, c, h, w], o filters [kh, kw], and how they meet. */
  record Case(int n, int c, int h, int w, int o, int kh, int kw, ConvolutionGeometry geometry) {
    int[] x() {
      return new int[] {n, c, h, w};
    }

    int[] filter() {
      return new int[] {o, c / geometry.groups(), kh, kw};
    }

    int[] y() {
      return new int[] {n, o, geometry.outputHeight(h, kh), geometry.outputWidth(w, kw)};
    }

    /** Products in one element of y. */
    int terms() {
      return c / geometry.groups() * kh * kw;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case(1, 1, 1, 1, 1, 1, 1, ConvolutionGeometry.PLAIN),
        new Case(2, 3, 8, 8, 5, 3, 3, geometry(1, 1, 1, 1)),
        new Case(3, 7, 11, 13, 17, 3, 5, geometry(2, 1, 1, 1)),
        new Case(2, 16, 9, 9, 32, 3, 3, geometry(1, 1, 1, 1)),
        new Case(2, 15, 10, 7, 17, 3, 3, geometry(1, 1, 1, 1)),
        new Case(2, 33, 6, 6, 31, 1, 1, geometry(1, 0, 1, 1)),
        new Case(2, 8, 12, 12, 8, 3, 3, geometry(1, 2, 2, 1)),
        new Case(2, 4, 15, 14, 6, 3, 2, geometry(3, 1, 2, 2)),
        new Case(2, 19, 7, 7, 19, 3, 3, geometry(1, 1, 1, 19)),
        new Case(2, 6, 7, 7, 12, 3, 3, geometry(2, 1, 1, 6)),
        new Case(2, 32, 8, 8, 48, 3, 3, geometry(1, 1, 1, 4)),
        new Case(2, 3, 4, 4, 5, 6, 6, geometry(1, 1, 1, 1)),
        new Case(
            2,
            5,
            9,
            10,
            7,
            4,
            3,
            new ConvolutionGeometry(
                new Size2d(2, 1), new Padding2d(0, 3, 2, 1), new Size2d(1, 2), 1)),
        new Case(1, 3, 32, 32, 16, 5, 5, geometry(1, 2, 1, 1)),
        new Case(0, 3, 8, 8, 5, 3, 3, geometry(1, 1, 1, 1)));
  }

  private static ConvolutionGeometry geometry(int stride, int padding, int dilation, int groups) {
    return new ConvolutionGeometry(
        Size2d.square(stride), Padding2d.same(padding), Size2d.square(dilation), groups);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void forwardStaysWithinTheRoundingOfItsSums(Case c) {
    HostArray x = Agreement.normal(1, c.x());
    HostArray w = Agreement.normal(2, c.filter());
    HostArray b = Agreement.normal(3, c.o);
    Convolution op = new Convolution(c.geometry, true, Activation.NONE);
    double[] magnitude =
        Agreement.host(op, Agreement.abs(x), Agreement.abs(w), Agreement.abs(b)).get(0);
    double[] bound = Agreement.times(magnitude, Agreement.gamma(c.terms() + 1));
    Agreement.assertWithin(
        "y",
        Agreement.host(op, x, w, b).get(0),
        bound,
        Agreement.kernel(backend(), op, x, w, b).get(0));
    // A ReLU moves no two numbers further apart.
    Convolution relu = new Convolution(c.geometry, true, Activation.RELU);
    Agreement.assertWithin(
        "relu y",
        Agreement.host(relu, x, w, b).get(0),
        bound,
        Agreement.kernel(backend(), relu, x, w, b).get(0));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsStayWithinTheRoundingOfTheirSums(Case c) {
    HostArray x = Agreement.normal(1, c.x());
    HostArray w = Agreement.normal(2, c.filter());
    HostArray dy = Agreement.normal(3, c.y());
    Size2d image = new Size2d(c.h, c.w);
    ConvolutionBackwardData data = new ConvolutionBackwardData(c.geometry, image);
    double termsOfData = (double) c.o / c.geometry.groups() * c.kh * c.kw;
    Agreement.assertWithin(
        "dx",
        Agreement.host(data, dy, w).get(0),
        Agreement.times(
            Agreement.host(data, Agreement.abs(dy), Agreement.abs(w)).get(0),
            Agreement.gamma(termsOfData)),
        Agreement.kernel(backend(), data, dy, w).get(0));
    ConvolutionBackwardWeights weights =
        new ConvolutionBackwardWeights(c.geometry, new Size2d(c.kh, c.kw), true);
    List<double[]> expected = Agreement.host(weights, x, dy);
    List<double[]> magnitude = Agreement.host(weights, Agreement.abs(x), Agreement.abs(dy));
    List<HostArray> got = Agreement.kernel(backend(), weights, x, dy);
    double rounding = Agreement.gamma((double) c.n * c.y()[2] * c.y()[3]);
    for (int i = 0; i < 2; i++) {
      Agreement.assertWithin(
          i == 0 ? "dw" : "db",
          expected.get(i),
          Agreement.times(magnitude.get(i), rounding),
          got.get(i));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void wholeNumbersAreExactAndTheThreeProductsAgree(Case c) {
    HostArray x = Agreement.integers(1, 8, c.x());
    HostArray w = Agreement.integers(2, 8, c.filter());
    HostArray dy = Agreement.integers(3, 8, c.y());
    Convolution forward = new Convolution(c.geometry, false, Activation.NONE);
    ConvolutionBackwardData data = new ConvolutionBackwardData(c.geometry, new Size2d(c.h, c.w));
    ConvolutionBackwardWeights weights =
        new ConvolutionBackwardWeights(c.geometry, new Size2d(c.kh, c.kw), false);
    HostArray y = Agreement.kernel(backend(), forward, x, w).get(0);
    HostArray dx = Agreement.kernel(backend(), data, dy, w).get(0);
    HostArray dw = Agreement.kernel(backend(), weights, x, dy).get(0);
    Agreement.assertExact("y", Agreement.host(forward, x, w).get(0), y);
    Agreement.assertExact("dx", Agreement.host(data, dy, w).get(0), dx);
    Agreement.assertExact("dw", Agreement.host(weights, x, dy).get(0), dw);
    assertEquals(Agreement.inner(y, dy), Agreement.inner(x, dx));
    assertEquals(Agreement.inner(y, dy), Agreement.inner(w, dw));
  }

  @Test
  void everyActivationIsAppliedToTheSum() {
    HostArray x = Agreement.normal(1, 2, 3, 6, 6);
    HostArray w = Agreement.normal(2, 4, 3, 3, 3);
    HostArray b = Agreement.normal(3, 4);
    for (Activation activation :
        List.of(new Activation.LeakyRelu(0.125), new Activation.Tanh(), new Activation.Sigmoid())) {
      Convolution op = new Convolution(geometry(1, 1, 1, 1), true, activation);
      Convolution plain = new Convolution(geometry(1, 1, 1, 1), true, Activation.NONE);
      double[] magnitude =
          Agreement.host(plain, Agreement.abs(x), Agreement.abs(w), Agreement.abs(b)).get(0);
      double[] bound = new double[magnitude.length];
      for (int i = 0; i < bound.length; i++) {
        // No slope is above 1; oneDNN's tanh and logistic are good to 4 units of 1.
        bound[i] = Agreement.gamma(28) * magnitude[i] + 4 * Agreement.U;
      }
      Agreement.assertWithin(
          activation.toString(),
          Agreement.host(op, x, w, b).get(0),
          bound,
          Agreement.kernel(backend(), op, x, w, b).get(0));
    }
  }

  @Test
  void doublesAreDeclinedWithAReason() {
    Convolution op = new Convolution(geometry(1, 1, 1, 1), false, Activation.NONE);
    Declined declined =
        (Declined)
            backend()
                .prepare(
                    op,
                    List.of(
                        TensorType.of(DType.FLOAT64, 1, 1, 3, 3),
                        TensorType.of(DType.FLOAT64, 1, 1, 3, 3)));
    assertTrue(declined.reason().contains("FLOAT32"), declined.reason());
  }

  @Test
  void packingsOfTheSameLayoutAreEqual() {
    Convolution op = new Convolution(geometry(1, 1, 1, 1), false, Activation.NONE);
    TensorType w = TensorType.float32(32, 16, 3, 3);
    try (OpRun small = new OpRun(backend(), op, List.of(TensorType.float32(2, 16, 8, 8), w));
        OpRun large = new OpRun(backend(), op, List.of(TensorType.float32(4, 16, 8, 8), w))) {
      assertEquals(
          small.kernel().packer(1).orElseThrow().type(),
          large.kernel().packer(1).orElseThrow().type());
    }
  }
}
