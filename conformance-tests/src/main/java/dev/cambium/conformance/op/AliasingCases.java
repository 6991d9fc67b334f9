package dev.cambium.conformance.op;

import static dev.cambium.tensor.DType.INT32;
import static dev.cambium.tensor.TensorType.float32;

import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.op.Activation;
import dev.cambium.op.AdagradUpdate;
import dev.cambium.op.AdamUpdate;
import dev.cambium.op.ArgMax;
import dev.cambium.op.AveragePooling;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Broadcast;
import dev.cambium.op.Cast;
import dev.cambium.op.ConfusionUpdate;
import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionGeometry;
import dev.cambium.op.CrossEntropy;
import dev.cambium.op.Dropout;
import dev.cambium.op.Linear;
import dev.cambium.op.LogSoftmax;
import dev.cambium.op.LogSoftmaxBackward;
import dev.cambium.op.MatMul;
import dev.cambium.op.MaxPooling;
import dev.cambium.op.NonFiniteCount;
import dev.cambium.op.Padding2d;
import dev.cambium.op.ParameterUpdate;
import dev.cambium.op.Reduce;
import dev.cambium.op.RmsPropUpdate;
import dev.cambium.op.SgdUpdate;
import dev.cambium.op.Size2d;
import dev.cambium.op.Softmax;
import dev.cambium.op.SoftmaxBackward;
import dev.cambium.op.SumOfSquares;
import dev.cambium.op.TopKCorrect;
import dev.cambium.op.Transpose;
import dev.cambium.op.UpdateOptions;
import dev.cambium.op.Window2d;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Outputs in the memory of inputs where operations do not allow it. */
final class AliasingCases {
  private static final TensorType IMAGES = float32(2, 3, 5, 5);
  private static final TensorType SCORES = float32(4, 3);
  private static final TensorType LABELS = TensorType.of(INT32, 4);

  private static final Window2d SAME =
      new Window2d(Size2d.square(3), Size2d.ONE, Padding2d.same(1));

  private AliasingCases() {}

  /** Every pair of every operation below. */
  static List<ConformanceCase> all() {
    List<Aliasing> pairs = new ArrayList<>();
    elements(pairs);
    scores(pairs);
    updates(pairs);
    return pairs.stream().map(Aliasing::toCase).toList();
  }

  private static void elements(List<Aliasing> pairs) {
    pairs.addAll(Aliasing.of(new Transpose(List.of(0, 1, 3, 2)), IMAGES));
    pairs.addAll(Aliasing.of(new Broadcast(IMAGES.shape()), IMAGES));
    pairs.addAll(Aliasing.of(new Broadcast(IMAGES.shape()), float32(3, 1, 1)));
    pairs.addAll(Aliasing.of(new Reduce(Reduce.Function.SUM, List.of(), false), IMAGES));
    pairs.addAll(
        Aliasing.of(new Reduce(Reduce.Function.MAXIMUM, List.of(0), true), float32(1, 17)));
    pairs.addAll(Aliasing.of(new Cast(DType.INT32), IMAGES));
    pairs.addAll(Aliasing.of(new Cast(DType.FLOAT32), float32(17)));
    pairs.addAll(Aliasing.of(new SumOfSquares(), float32(), float32(17)));
    pairs.addAll(Aliasing.of(new NonFiniteCount(), float32(17)));
    pairs.addAll(Aliasing.of(new Dropout(0.5, 1), IMAGES, TensorType.of(INT32, 4)));
    BinaryMath add = new BinaryMath(BinaryMath.Function.ADD);
    pairs.addAll(Aliasing.of(add, IMAGES, float32(3, 1, 1)));
    pairs.addAll(Aliasing.of(add, float32(5), IMAGES));
    pairs.addAll(Aliasing.of(add, float32(4, 1), float32(1, 4)));
    pairs.addAll(Aliasing.of(new MaxPooling(SAME), IMAGES));
    pairs.addAll(Aliasing.of(new AveragePooling(SAME, true), IMAGES));
    BatchNormTraining norm = new BatchNormTraining(1e-5, Activation.NONE);
    pairs.addAll(Aliasing.of(norm, IMAGES, float32(3), float32(3)));
    Convolution convolution = new Convolution(ConvolutionGeometry.PLAIN, true, Activation.NONE);
    pairs.addAll(Aliasing.of(convolution, IMAGES, float32(3, 3, 1, 1), float32(3)));
    pairs.addAll(Aliasing.of(new Linear(true, Activation.NONE), SCORES, float32(3, 3), float32(3)));
    pairs.addAll(Aliasing.of(new MatMul(false, false), float32(3, 3), float32(3, 3)));
  }

  private static void scores(List<Aliasing> pairs) {
    pairs.addAll(Aliasing.of(new Softmax(), SCORES));
    pairs.addAll(Aliasing.of(new Softmax(), IMAGES));
    pairs.addAll(Aliasing.of(new LogSoftmax(), SCORES));
    pairs.addAll(Aliasing.of(new SoftmaxBackward(), SCORES, SCORES));
    pairs.addAll(Aliasing.of(new LogSoftmaxBackward(), SCORES, SCORES));
    pairs.addAll(Aliasing.of(new CrossEntropy(false, false, 0), SCORES, LABELS));
    pairs.addAll(Aliasing.of(new CrossEntropy(true, true, 0.1), SCORES, SCORES, float32(3)));
    pairs.addAll(Aliasing.of(new ArgMax(), SCORES));
    pairs.addAll(Aliasing.of(new TopKCorrect(1), SCORES, LABELS));
    pairs.addAll(Aliasing.of(new ConfusionUpdate(), TensorType.of(INT32, 3, 3), SCORES, LABELS));
  }

  private static void updates(List<Aliasing> pairs) {
    List<UpdateOptions> two = List.of(UpdateOptions.PLAIN, UpdateOptions.PLAIN);
    for (ParameterUpdate op :
        List.of(
            new SgdUpdate(0.9, false, two),
            new AdamUpdate(0.9, 0.999, 1e-8, two),
            new AdagradUpdate(1e-10, two),
            new RmsPropUpdate(0.99, 1e-8, 0.9, two))) {
      int tensors = (2 + op.slots().size()) * op.parameters();
      List<ValueType> types = new ArrayList<>();
      op.scalars().forEach(scalar -> types.add(float32()));
      IntStream.range(0, tensors).forEach(i -> types.add(float32(17)));
      pairs.addAll(Aliasing.of(op, types.toArray(ValueType[]::new)));
    }
  }
}
