package dev.cambium.cpu;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.cambium.op.Activation;
import dev.cambium.op.BatchNormBackward;
import dev.cambium.op.BatchNormInference;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CpuBatchNormTest extends OpenBackend {
  private static final double EPSILON = 1e-5;
  private static final List<Activation> ACTIVATIONS = List.of(Activation.NONE, Activation.RELU);

  static Stream<Shape> shapes() {
    return Stream.of(
        Shape.of(2, 1),
        Shape.of(64, 17),
        Shape.of(5, 256),
        Shape.of(2, 1, 1, 1),
        Shape.of(1, 3, 2, 5),
        Shape.of(4, 16, 7, 7),
        Shape.of(3, 33, 5, 3),
        Shape.of(8, 32, 16, 16));
  }

  /** Errors of mean and variance, and what stands behind them, for one channel. */
  private record Channel(double mean, double variance, double errorOfMean, double errorOfVariance) {
    /** The mean of M values takes M roundings; the variance is that of the deviations from it. */
    static Channel of(double[] x, Shape shape, int channel) {
      double m = shape.dim(0) * (double) shape.size(2, shape.rank());
      double sum = 0;
      double magnitude = 0;
      for (int i = 0; i < x.length; i++) {
        if (channelOf(shape, i) == channel) {
          sum += x[i];
          magnitude += Math.abs(x[i]);
        }
      }
      double mean = sum / m;
      double squares = 0;
      for (int i = 0; i < x.length; i++) {
        squares += channelOf(shape, i) == channel ? (x[i] - mean) * (x[i] - mean) : 0;
      }
      double errorOfMean = Agreement.gamma(m + 1) * magnitude / m;
      double shift = errorOfMean * errorOfMean;
      return new Channel(
          mean, squares / m, errorOfMean, Agreement.gamma(m + 4) * (squares / m + shift) + shift);
    }

    double deviation() {
      return Math.sqrt(variance + EPSILON);
    }

    /** Of gamma (x - mean) / deviation + beta, computed in that or the expanded form. */
    double errorOfY(double x, double gamma, double beta) {
      double scale = Math.abs(gamma) / deviation();
      double relative = errorOfVariance / (2 * (variance + EPSILON)) + 4 * Agreement.U;
      return scale * errorOfMean
          + scale * Math.abs(x - mean) * relative
          + 4 * Agreement.U * (scale * (Math.abs(x) + Math.abs(mean)) + Math.abs(beta));
    }
  }

  private static int channelOf(Shape shape, int index) {
    return (int) (index / shape.size(2, shape.rank()) % shape.dim(1));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void trainingStaysWithinTheRoundingOfItsStatistics(Shape shape) {
    HostArray x = Agreement.map(Agreement.normal(1, shape.toArray()), v -> 2 * v + 1);
    HostArray gamma = Agreement.normal(2, shape.dim(1));
    HostArray beta = Agreement.normal(3, shape.dim(1));
    double[] values = x.toDoubles();
    double[] boundOfY = new double[values.length];
    double[] boundOfMean = new double[shape.dim(1)];
    double[] boundOfVariance = new double[shape.dim(1)];
    for (int c = 0; c < shape.dim(1); c++) {
      Channel channel = Channel.of(values, shape, c);
      boundOfMean[c] = channel.errorOfMean;
      boundOfVariance[c] = channel.errorOfVariance;
      for (int i = 0; i < values.length; i++) {
        if (channelOf(shape, i) == c) {
          boundOfY[i] = channel.errorOfY(values[i], gamma.get(c), beta.get(c));
        }
      }
    }
    for (Activation activation : ACTIVATIONS) {
      BatchNormTraining op = new BatchNormTraining(EPSILON, activation);
      List<double[]> expected = Agreement.host(op, x, gamma, beta);
      List<HostArray> got = Agreement.kernel(backend(), op, x, gamma, beta);
      Agreement.assertWithin("mean", expected.get(1), boundOfMean, got.get(1));
      Agreement.assertWithin("variance", expected.get(2), boundOfVariance, got.get(2));
      Agreement.assertWithin("y", expected.get(0), boundOfY, got.get(0));
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void gradientsStayWithinTheRoundingOfTheirSums(Shape shape) {
    HostArray x = Agreement.map(Agreement.normal(1, shape.toArray()), v -> 2 * v + 1);
    HostArray gamma = Agreement.normal(2, shape.dim(1));
    HostArray beta = Agreement.normal(3, shape.dim(1));
    HostArray dy = Agreement.normal(4, shape.toArray());
    for (Activation activation : ACTIVATIONS) {
      BatchNormTraining forward = new BatchNormTraining(EPSILON, activation);
      BatchNormBackward op = new BatchNormBackward(EPSILON, activation);
      List<ValueType> in = List.of(x.type(), gamma.type(), beta.type());
      try (OpRun run = new OpRun(backend(), forward, in)) {
        run.set(0, x).set(1, gamma).set(2, beta).run();
        HostArray y = run.get(0);
        HostArray mean = run.get(1);
        HostArray variance = run.get(2);
        HostArray[] inputs = {dy, x, y, gamma, mean, variance, null};
        List<double[]> expected = Agreement.host(op, inputs);
        List<double[]> bounds = gradientBounds(expected, dy, x, y, gamma, mean, variance, op);
        List<HostArray> withoutCache = Agreement.kernel(backend(), op, inputs);
        ValueType cache = run.kernel().cache(3);
        List<ValueType> types =
            List.of(
                dy.type(), x.type(), y.type(), gamma.type(), mean.type(), variance.type(), cache);
        try (OpRun backward = new OpRun(backend(), op, types)) {
          for (int i = 0; i < 6; i++) {
            backward.set(i, inputs[i]);
          }
          backward.set(6, run.output(3)).run();
          assertFalse(backward.kernel().reads(2), "y is not needed beside the cache");
          for (int i = 0; i < 3; i++) {
            String what = activation + ", output " + i;
            Agreement.assertWithin(what, expected.get(i), bounds.get(i), backward.get(i));
            Agreement.assertWithin(what, expected.get(i), bounds.get(i), withoutCache.get(i));
          }
        }
      }
    }
  }

  /** dgamma and dbeta are sums of M terms; their errors enter dx divided by M. */
  private static List<double[]> gradientBounds(
      List<double[]> expected,
      HostArray dy,
      HostArray x,
      HostArray y,
      HostArray gamma,
      HostArray mean,
      HostArray variance,
      BatchNormBackward op) {
    Shape shape = x.shape();
    double m = shape.dim(0) * (double) shape.size(2, shape.rank());
    double[] dgamma = new double[shape.dim(1)];
    double[] dbeta = new double[shape.dim(1)];
    double[] dx = new double[shape.intSize()];
    for (int i = 0; i < dx.length; i++) {
      int c = channelOf(shape, i);
      double dz = Math.abs(dy.get(i) * op.activation().derivative(y.get(i)));
      dbeta[c] += Agreement.gamma(m) * dz;
      dgamma[c] += Agreement.gamma(m + 6) * dz * normalised(x.get(i), mean.get(c), variance.get(c));
    }
    for (int i = 0; i < dx.length; i++) {
      int c = channelOf(shape, i);
      double dz = Math.abs(dy.get(i) * op.activation().derivative(y.get(i)));
      double hat = normalised(x.get(i), mean.get(c), variance.get(c));
      double sums = (Math.abs(expected.get(2)[c]) + hat * Math.abs(expected.get(1)[c])) / m;
      dx[i] =
          Math.abs(gamma.get(c))
              / Math.sqrt(variance.get(c) + EPSILON)
              * ((dbeta[c] + hat * dgamma[c]) / m + Agreement.gamma(10) * (dz + sums));
    }
    return List.of(dx, dgamma, dbeta);
  }

  private static double normalised(double x, double mean, double variance) {
    return Math.abs(x - mean) / Math.sqrt(variance + EPSILON);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void inferenceStaysWithinAFewRoundings(Shape shape) {
    checkInference(shape);
  }

  @ParameterizedTest
  @MethodSource("emptyShapes")
  void inferenceOfAnEmptyBatchIsEmpty(Shape shape) {
    checkInference(shape);
  }

  static Stream<Shape> emptyShapes() {
    return Stream.of(Shape.of(0, 3), Shape.of(0, 3, 4, 4));
  }

  private static void checkInference(Shape shape) {
    HostArray x = Agreement.normal(1, shape.toArray());
    HostArray gamma = Agreement.normal(2, shape.dim(1));
    HostArray beta = Agreement.normal(3, shape.dim(1));
    HostArray mean = Agreement.normal(4, shape.dim(1));
    HostArray variance = Agreement.abs(Agreement.normal(5, shape.dim(1)));
    double[] bound = new double[shape.intSize()];
    for (int i = 0; i < bound.length; i++) {
      int c = channelOf(shape, i);
      double scale = Math.abs(gamma.get(c)) / Math.sqrt(variance.get(c) + EPSILON);
      bound[i] =
          Agreement.gamma(6)
                  * (scale * (Math.abs(x.get(i)) + Math.abs(mean.get(c))) + Math.abs(beta.get(c)))
              + 4 * Agreement.U;
    }
    for (Activation activation : List.of(Activation.NONE, Activation.RELU, new Activation.Tanh())) {
      BatchNormInference op = new BatchNormInference(EPSILON, activation);
      Agreement.assertWithin(
          activation.toString(),
          Agreement.host(op, x, gamma, beta, mean, variance).get(0),
          bound,
          Agreement.kernel(backend(), op, x, gamma, beta, mean, variance).get(0));
    }
  }
}
