package dev.cambium.op;

import static dev.cambium.op.HostEmitter.counting;
import static dev.cambium.op.HostEmitter.random;
import static dev.cambium.op.HostEmitter.spaced;
import static dev.cambium.op.HostEmitter.tensor;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.List;
import java.util.stream.Stream;

/**
 * One small use of each operation, for what must hold of all of them.
 *
 * @param op the operation
 * @param inputs inputs that fit it
 * @param constants the floating inputs that have no gradient
 */
record OpExample(Op op, List<Value> inputs, int... constants) {
  private static final Value CACHE = new HostEmitter.HostValue(Opaque.NONE, DoubleArray.NONE);
  private static final Value LABELS = tensor(DType.INT32, Shape.of(3), 2, 0, 3);
  private static final Value RATE = tensor(Shape.scalar(), 0.1);
  private static final List<UpdateOptions> OPTIONS = List.of(new UpdateOptions(1, 0.01, true));

  static List<OpExample> all() {
    return Stream.of(
            layers(), pooling(), normalisation(), elementwise(), shapes(), classes(), updates())
        .flatMap(List::stream)
        .toList();
  }

  private static OpExample of(Op op, Value... inputs) {
    return new OpExample(op, List.of(inputs));
  }

  private OpExample constant(int... inputsWithoutGradient) {
    return new OpExample(op, inputs, inputsWithoutGradient);
  }

  private static List<OpExample> layers() {
    ConvolutionGeometry geometry = ConvolutionGeometry.PLAIN;
    return List.of(
        of(
            new Linear(true, new Activation.Tanh()),
            random("x", 3, 2, 2),
            random("w", 5, 4),
            random("b", 5)),
        of(new LinearBackwardData(Shape.of(3, 2, 2)), random("dy", 3, 5), random("w", 5, 4)),
        of(new LinearBackwardWeights(true), random("x", 3, 2, 2), random("dy", 3, 5)),
        of(
            new Convolution(geometry, true, new Activation.Sigmoid()),
            random("x", 2, 2, 4, 3),
            random("w", 3, 2, 2, 2),
            random("b", 3)),
        of(
            new ConvolutionBackwardData(geometry, new Size2d(4, 3)),
            random("dy", 2, 3, 3, 2),
            random("w", 3, 2, 2, 2)),
        of(
            new ConvolutionBackwardWeights(geometry, Size2d.square(2), true),
            random("x", 2, 2, 4, 3),
            random("dy", 2, 3, 3, 2)),
        of(new MatMul(true, false), random("a", 3, 2), random("b", 3, 4)),
        of(new Dropout(0.5, 7), random("x", 4, 5), tensor(DType.INT32, Shape.of(4), 1, 2, 3, 4)));
  }

  private static List<OpExample> pooling() {
    Window2d window = PoolingCase.window(3, 2, Padding2d.same(1));
    Value x = spaced("x", 2, 2, 5, 4);
    Value dy = random("dy", 2, 2, 3, 2);
    return List.of(
        of(new MaxPooling(window), x),
        of(new MaxPoolingBackward(window), dy, x, CACHE),
        of(new AveragePooling(window, true), x),
        of(new AveragePoolingBackward(window, true, new Size2d(5, 4)), dy));
  }

  private static List<OpExample> normalisation() {
    Value x = random("x", 4, 3);
    Value c = random("c", 3);
    Value variance = tensor(Shape.of(3), 0.5, 1, 2);
    return List.of(
        of(new BatchNormTraining(1e-5, Activation.RELU), x, c, random("b", 3)),
        of(
            new BatchNormBackward(1e-5, Activation.RELU),
            random("dy", 4, 3),
            x,
            random("y", 4, 3),
            c,
            random("m", 3),
            variance,
            CACHE),
        of(
                new BatchNormInference(1e-5, Activation.RELU),
                x,
                c,
                random("b", 3),
                random("m", 3),
                variance)
            .constant(3, 4),
        of(new RunningStatistics(0.1, 4), c, variance, random("m", 3), variance));
  }

  private static List<OpExample> elementwise() {
    Value x = spaced("x", 3, 4);
    return List.of(
        of(new Activate(new Activation.LeakyRelu(0.1)), x),
        of(new ActivateGradient(Activation.RELU), random("dy", 3, 4), x),
        of(new UnaryMath(UnaryMath.Function.EXP), x),
        of(new BinaryMath(BinaryMath.Function.MULTIPLY), x, random("b", 3, 4)),
        of(new Affine(2, 3), x),
        of(new Cast(DType.FLOAT64), x),
        of(new Fill(new TensorType(DType.FLOAT64, Shape.of(2)), 5)),
        of(new SumOfSquares(), x),
        of(new NonFiniteCount(), x));
  }

  private static List<OpExample> shapes() {
    return List.of(
        of(new Reshape(Shape.of(6)), random("x", 2, 3)),
        of(new Transpose(List.of(1, 0)), random("x", 2, 3)),
        of(new Broadcast(Shape.of(4, 2, 3)), random("x", 2, 1)),
        of(new Reduce(Reduce.Function.MEAN, List.of(1), false), random("x", 2, 3)));
  }

  private static List<OpExample> classes() {
    Value scores = random("scores", 3, 4);
    return List.of(
        of(new Softmax(), scores),
        of(new SoftmaxBackward(), random("dy", 3, 4), scores),
        of(new LogSoftmax(), scores),
        of(new LogSoftmaxBackward(), random("dy", 3, 4), scores),
        of(new CrossEntropy(false, true, 0.1), scores, LABELS, counting(4)).constant(2),
        of(new TopKCorrect(2), scores, LABELS),
        of(new ArgMax(), scores),
        of(
            new ConfusionUpdate(),
            tensor(DType.INT32, Shape.of(4, 4), new double[16]),
            scores,
            LABELS));
  }

  private static List<OpExample> updates() {
    Value p = random("p", 5);
    Value g = random("g", 5);
    Value v = tensor(Shape.of(5), 0.1, 0.2, 0.3, 0.4, 0.5);
    Value one = tensor(Shape.scalar(), 1);
    return List.of(
        of(new SgdUpdate(0.9, true, OPTIONS), RATE, one, p, g, v),
        of(new AdamUpdate(0.9, 0.999, 1e-8, OPTIONS), RATE, one, one, one, p, g, random("m", 5), v),
        of(new AdagradUpdate(1e-8, OPTIONS), RATE, one, p, g, v),
        of(new RmsPropUpdate(0.9, 1e-8, 0.5, OPTIONS), RATE, one, p, g, v, random("b", 5)));
  }

  @Override
  public String toString() {
    return op.name();
  }
}
