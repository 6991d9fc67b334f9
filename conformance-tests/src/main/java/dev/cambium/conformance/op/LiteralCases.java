package dev.cambium.conformance.op;

import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.op.Activate;
import dev.cambium.op.Activation;
import dev.cambium.op.ArgMax;
import dev.cambium.op.AveragePooling;
import dev.cambium.op.AveragePoolingBackward;
import dev.cambium.op.BatchNormInference;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionGeometry;
import dev.cambium.op.CrossEntropy;
import dev.cambium.op.Dropout;
import dev.cambium.op.Linear;
import dev.cambium.op.LogSoftmax;
import dev.cambium.op.MatMul;
import dev.cambium.op.MaxPooling;
import dev.cambium.op.Padding2d;
import dev.cambium.op.Reduce;
import dev.cambium.op.RunningStatistics;
import dev.cambium.op.Size2d;
import dev.cambium.op.Softmax;
import dev.cambium.op.SoftmaxBackward;
import dev.cambium.op.SumOfSquares;
import dev.cambium.op.TopKCorrect;
import dev.cambium.op.Transpose;
import dev.cambium.op.Window2d;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Examples with known answers. "ONNX" marks inputs of the examples in the ONNX operator
 * specification, whose answers were derived again from the definition; "Random123" the known-answer
 * vectors of J. Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3" (2011); "by hand" is
 * arithmetic on the formula.
 */
final class LiteralCases {
  private static final Shape SQUARE = Shape.of(1, 1, 5, 5);
  private static final double[] ONES = {1, 1, 1, 1, 1, 1, 1, 1, 1};

  private LiteralCases() {}

  /** Every example, in both floating types. */
  static List<ConformanceCase> all() {
    return Stream.of(convolution(), pooling(), norms(), scores(), others(), LiteralUpdates.all())
        .flatMap(List::stream)
        .flatMap(literal -> literal.cases().stream())
        .toList();
  }

  private static double[] range(int from, int to) {
    return IntStream.rangeClosed(from, to).asDoubleStream().toArray();
  }

  private static ConvolutionGeometry geometry(int stride, Padding2d padding) {
    return new ConvolutionGeometry(Size2d.square(stride), padding, Size2d.ONE, 1);
  }

  private static Literal convolution(String what, int height, int stride, Padding2d padding) {
    return Literal.of(what, new Convolution(geometry(stride, padding), false, Activation.NONE))
        .input(Shape.of(1, 1, height, 5), range(0, 5 * height - 1))
        .input(Shape.of(1, 1, 3, 3), ONES);
  }

  private static List<Literal> convolution() {
    return List.of(
        convolution("ONNX with padding", 5, 1, Padding2d.same(1))
            .output(
                12, 21, 27, 33, 24, 33, 54, 63, 72, 51, 63, 99, 108, 117, 81, 93, 144, 153, 162,
                111, 72, 111, 117, 123, 84),
        convolution("ONNX without padding", 5, 1, Padding2d.NONE)
            .output(54, 63, 72, 99, 108, 117, 144, 153, 162),
        convolution("ONNX strides with padding", 7, 2, Padding2d.same(1))
            .output(12, 27, 24, 63, 108, 81, 123, 198, 141, 112, 177, 124),
        convolution("ONNX strides without padding", 7, 2, Padding2d.NONE)
            .output(54, 72, 144, 162, 234, 252),
        convolution("ONNX strides with padding above and below", 7, 2, new Padding2d(1, 1, 0, 0))
            .output(21, 33, 99, 117, 189, 207, 171, 183),
        Literal.of(
                "the filter is not flipped, by hand",
                new Convolution(ConvolutionGeometry.PLAIN, true, Activation.RELU))
            .input(Shape.of(1, 1, 1, 3), 1, 2, 5)
            .input(Shape.of(1, 1, 1, 2), 10, -1)
            .input(Shape.of(1), -10)
            .output(0, 5),
        Literal.of(
                "each tap goes back to its pixel, by hand",
                new ConvolutionBackwardData(ConvolutionGeometry.PLAIN, new Size2d(1, 3)))
            .input(Shape.of(1, 1, 1, 2), 1, 3)
            .input(Shape.of(1, 1, 1, 2), 10, -1)
            .output(10, 29, -3),
        Literal.of("by hand", new Linear(true, Activation.NONE))
            .input(Shape.of(2, 3), 1, 2, 3, 4, 5, 6)
            .input(Shape.of(2, 3), 1, 0, -1, 2, 2, 2)
            .input(Shape.of(2), 100, 1000)
            .output(98, 1012, 98, 1030),
        Literal.of("by hand", new MatMul(true, false))
            .input(Shape.of(2, 2), 1, 2, 3, 4)
            .input(Shape.of(2, 2), 5, 6, 7, 8)
            .output(26, 30, 38, 44));
  }

  private static Window2d window(int kernel, int stride, int padding) {
    return new Window2d(Size2d.square(kernel), Size2d.square(stride), Padding2d.same(padding));
  }

  private static List<Literal> pooling() {
    double[] x = range(1, 25);
    return List.of(
        Literal.of("ONNX precomputed with padding", new MaxPooling(window(5, 1, 2)))
            .input(SQUARE, x)
            .output(
                13, 14, 15, 15, 15, 18, 19, 20, 20, 20, 23, 24, 25, 25, 25, 23, 24, 25, 25, 25, 23,
                24, 25, 25, 25),
        Literal.of("ONNX precomputed strides", new MaxPooling(window(2, 2, 0)))
            .input(SQUARE, x)
            .output(7, 9, 17, 19),
        Literal.of("ONNX precomputed same upper", new MaxPooling(window(3, 2, 1)))
            .input(SQUARE, x)
            .output(7, 9, 10, 17, 19, 20, 22, 24, 25),
        Literal.of("ONNX precomputed with padding", new AveragePooling(window(5, 1, 2), false))
            .input(SQUARE, x)
            .output(
                7, 7.5, 8, 8.5, 9, 9.5, 10, 10.5, 11, 11.5, 12, 12.5, 13, 13.5, 14, 14.5, 15, 15.5,
                16, 16.5, 17, 17.5, 18, 18.5, 19),
        Literal.of(
                "ONNX precomputed with padding counted", new AveragePooling(window(5, 1, 2), true))
            .input(SQUARE, x)
            .output(
                2.52, 3.6, 4.8, 4.08, 3.24, 4.56, 6.4, 8.4, 7.04, 5.52, 7.2, 10, 13, 10.8, 8.4,
                6.96, 9.6, 12.4, 10.24, 7.92, 6.12, 8.4, 10.8, 8.88, 6.84),
        Literal.of("ONNX precomputed strides", new AveragePooling(window(2, 2, 0), false))
            .input(SQUARE, x)
            .output(4, 6, 14, 16),
        Literal.of(
                "overlapping windows accumulate, by hand",
                new AveragePoolingBackward(
                    new Window2d(new Size2d(1, 2), Size2d.ONE, Padding2d.NONE),
                    false,
                    new Size2d(1, 3)))
            .input(Shape.of(1, 1, 1, 2), 2, 10)
            .output(1, 6, 5));
  }

  private static List<Literal> norms() {
    return List.of(
        Literal.of("by hand", new BatchNormTraining(1e-5, Activation.NONE))
            .input(Shape.of(4, 2), 1, 10, 2, 20, 3, 30, 6, 60)
            .input(Shape.of(2), 1, 2)
            .input(Shape.of(2), 0, 1)
            .output(
                -1.0690434404458735,
                -1.1380899047552537,
                -0.5345217202229368,
                -0.06904495237762687,
                0,
                1,
                1.6035651606688102,
                4.20713485713288)
            .output(3, 30)
            .output(3.5, 350),
        Literal.of("ONNX example", new BatchNormInference(1e-5, Activation.NONE))
            .input(Shape.of(1, 2, 1, 3), -1, 0, 1, 2, 3, 4)
            .input(Shape.of(2), 1, 1.5)
            .input(Shape.of(2), 0, 1)
            .input(Shape.of(2), 0, 3)
            .input(Shape.of(2), 1, 1.5)
            .output(
                -0.9999950000374997,
                0,
                0.9999950000374997,
                -0.22474078892909666,
                1,
                2.224740788929097),
        Literal.of("unbiased variance of the batch, by hand", new RunningStatistics(0.1, 4))
            .input(Shape.of(1), 10)
            .input(Shape.of(1), 1)
            .input(Shape.of(1), 20)
            .input(Shape.of(1), 3)
            .output(11)
            .output(1.3));
  }

  private static Literal crossEntropy(String what, boolean weights, double smoothing) {
    Literal literal =
        Literal.of(what, new CrossEntropy(false, weights, smoothing))
            .input(Shape.of(2, 3), 1, 2, 3, 1, 0, -1)
            .input(DType.INT32, Shape.of(2), 2, 1);
    return weights ? literal.input(Shape.of(3), 0.5, 1, 2) : literal;
  }

  private static List<Literal> scores() {
    return List.of(
        Literal.of("(3.2, 5.1, -1.7), by hand", new Softmax())
            .input(Shape.of(1, 3), 3.2, 5.1, -1.7)
            .output(0.12998253901717316, 0.8690495352082659, 0.0009679257745610439),
        Literal.of("ONNX example", new Softmax())
            .input(Shape.of(1, 3), -1, 0, 1)
            .output(0.0900305731703805, 0.244728471054798, 0.665240955774822),
        Literal.of("ONNX large numbers", new Softmax())
            .input(Shape.of(2, 4), 0, 1, 2, 3, 10000, 10001, 10002, 10003)
            .output(
                0.0320586032801085,
                0.0871443187398977,
                0.236882818089910,
                0.643914259889900,
                0.0320586032801085,
                0.0871443187398977,
                0.236882818089910,
                0.643914259889900),
        Literal.of("ONNX example", new LogSoftmax())
            .input(Shape.of(1, 3), -1, 0, 1)
            .output(-2.40760596444438, -1.40760596444438, -0.407605964444380),
        Literal.of("row 0 of the Jacobian at (3.2, 5.1, -1.7), by hand", new SoftmaxBackward())
            .input(Shape.of(1, 3), 1, 0, 0)
            .input(Shape.of(1, 3), 0.12998253901717316, 0.8690495352082659, 0.0009679257745610439)
            .output(0.11308707856782221, -0.11296126511806462, -0.00012581344975760844),
        Literal.of("class 0 of (3.2, 5.1, -1.7), by hand", new CrossEntropy(false, false, 0))
            .input(Shape.of(1, 3), 3.2, 5.1, -1.7)
            .input(DType.INT32, Shape.of(1), 0)
            .output(2.04035515280017)
            .output(-0.8700174609828268, 0.8690495352082659, 0.0009679257745610439),
        Literal.of("even scores of ten classes give ln 10", new CrossEntropy(false, false, 0))
            .input(Shape.of(1, 10), new double[10])
            .input(DType.INT32, Shape.of(1), 7)
            .output(2.302585092994046),
        crossEntropy("mean over two rows, by hand", false, 0)
            .output(0.9076059644443802)
            .output(
                0.04501528658519024,
                0.12236423552739885,
                -0.167379522112589,
                0.33262047788741095,
                -0.37763576447260117,
                0.04501528658519022),
        crossEntropy("class weights in numerator and denominator, by hand", true, 0)
            .output(0.7409392977777136)
            .output(
                0.060020382113586984,
                0.1631523140365318,
                -0.22317269615011867,
                0.22174698525827397,
                -0.25175717631506744,
                0.030010191056793478),
        crossEntropy("label smoothing 0.1, by hand", false, 0.1)
            .output(0.9576059644443802)
            .output(
                0.02834861991852357,
                0.10569756886073219,
                -0.13404618877925567,
                0.3159538112207443,
                -0.34430243113926784,
                0.02834861991852355));
  }

  private static List<Literal> others() {
    return List.of(
        Literal.of("by hand", new Activate(new Activation.LeakyRelu(0.25)))
            .input(Shape.of(3), -4, 0, 4)
            .output(-1, 0, 4),
        Literal.of("tanh and its bounds", new Activate(new Activation.Tanh()))
            .input(Shape.of(4), 0, 1, -100, 100)
            .output(0, 0.761594155955765, -1, 1),
        Literal.of("1 / (1 + e^-x)", new Activate(new Activation.Sigmoid()))
            .input(Shape.of(3), 0, 1, -1)
            .output(0.5, 0.731058578630005, 0.268941421369995),
        Literal.of("a column and a row, by hand", new BinaryMath(BinaryMath.Function.SUBTRACT))
            .input(Shape.of(2, 1), 10, 20)
            .input(Shape.of(3), 1, 2, 3)
            .output(9, 8, 7, 19, 18, 17),
        Literal.of("middle axis, by hand", new Reduce(Reduce.Function.MEAN, List.of(1), false))
            .input(Shape.of(2, 2, 2), 1, 2, 3, 4, 5, 6, 7, 8)
            .output(2, 3, 6, 7),
        Literal.of("by hand", new Transpose(List.of(2, 0, 1)))
            .input(Shape.of(2, 1, 3), 1, 2, 3, 4, 5, 6)
            .output(1, 4, 2, 5, 3, 6),
        Literal.of("3-4-5", new SumOfSquares()).input(Shape.of(2), 3, 4).output(25),
        Literal.of("the first of equals", new ArgMax())
            .input(Shape.of(2, 3), 1, 7, 7, 3, 2, 3)
            .output(1, 0),
        Literal.of("ties go to the lower index", new TopKCorrect(1))
            .input(Shape.of(3, 2), 1, 1, 1, 1, 0, 5)
            .input(DType.INT32, Shape.of(3), 0, 1, 1)
            .output(2),
        Literal.of("Random123 with all words 0", new Dropout(0.5, 0))
            .input(Shape.of(4), 1, 2, 3, 4)
            .input(DType.INT32, Shape.of(4), 0, 0, 0, 0)
            .output(0, 4, 6, 8));
  }
}
