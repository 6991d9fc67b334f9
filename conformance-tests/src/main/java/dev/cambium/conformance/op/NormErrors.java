package dev.cambium.conformance.op;

import static dev.cambium.tensor.TensorType.float32;

import dev.cambium.op.Activation;
import dev.cambium.op.BatchNormBackward;
import dev.cambium.op.BatchNormInference;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.op.RunningStatistics;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What batch normalisation does not take. */
final class NormErrors {
  private static final TensorType X = float32(2, 3, 4, 5);
  private static final TensorType C = float32(3);
  private static final TensorType OTHER = float32(4);
  private static final TensorType DOUBLES = TensorType.of(DType.FLOAT64, 3);

  private NormErrors() {}

  /** Every row. */
  static List<InvalidInputs> rows() {
    return Stream.of(training(), backward(), inference(), statistics())
        .flatMap(List::stream)
        .toList();
  }

  private static List<InvalidInputs> training() {
    BatchNormTraining op = new BatchNormTraining(1e-5, Activation.RELU);
    return List.of(
        InvalidInputs.of(op, "one value per channel", "x", float32(1, 3), C, C),
        InvalidInputs.of(op, "one pixel per channel", "x", float32(1, 3, 1, 1), C, C),
        InvalidInputs.of(op, "an empty batch", "x", float32(0, 3, 4, 5), C, C),
        InvalidInputs.of(op, "x without channels", "x", float32(2, 0), float32(0), float32(0)),
        InvalidInputs.of(op, "x of rank 1", "x", C, C, C),
        InvalidInputs.of(op, "x of rank 3", "x", float32(2, 3, 4), C, C),
        InvalidInputs.of(op, "x of INT32", "x", TensorType.of(DType.INT32, 2, 3), C, C),
        InvalidInputs.of(op, "gamma of another size", "gamma", X, OTHER, C),
        InvalidInputs.of(op, "gamma of FLOAT64", "gamma", X, DOUBLES, C),
        InvalidInputs.of(op, "beta of another size", "beta", X, C, OTHER),
        InvalidInputs.of(op, "beta of rank 4", "beta", X, C, float32(1, 3, 1, 1)),
        InvalidInputs.of(op, "no beta", "beta", X, C));
  }

  /** Right inputs of a backward operation, of which one is replaced. */
  private static InvalidInputs replaced(String what, String named, int index, ValueType wrong) {
    ValueType[] inputs = {X, X, X, C, C, C, Opaque.NONE};
    inputs[index] = wrong;
    return InvalidInputs.of(new BatchNormBackward(1e-5, Activation.RELU), what, named, inputs);
  }

  private static List<InvalidInputs> backward() {
    BatchNormBackward op = new BatchNormBackward(1e-5, Activation.NONE);
    TensorType one = float32(1, 3);
    return List.of(
        InvalidInputs.of(op, "one value per channel", "x", one, one, one, C, C, C, Opaque.NONE),
        InvalidInputs.of(op, "no workspace", "workspace", X, X, X, C, C, C),
        replaced("a tensor as workspace", "workspace", 6, X),
        replaced("dy of another shape", "dy", 0, float32(2, 3, 5, 4)),
        replaced("dy of FLOAT64", "dy", 0, TensorType.of(DType.FLOAT64, 2, 3, 4, 5)),
        replaced("x of rank 3", "x", 1, float32(2, 3, 20)),
        replaced("y of another shape", "y", 2, float32(1, 3, 4, 5)),
        replaced("gamma of another size", "gamma", 3, OTHER),
        replaced("mean of another size", "mean", 4, OTHER),
        replaced("variance of another size", "variance", 5, OTHER),
        replaced("variance of FLOAT64", "variance", 5, DOUBLES));
  }

  private static List<InvalidInputs> inference() {
    BatchNormInference op = new BatchNormInference(1e-5, new Activation.Sigmoid());
    return List.of(
        InvalidInputs.of(op, "x of rank 3", "x", float32(2, 3, 4), C, C, C, C),
        InvalidInputs.of(op, "x without rows", "x", float32(2, 3, 0, 5), C, C, C, C),
        InvalidInputs.of(op, "x of INT32", "x", TensorType.of(DType.INT32, 2, 3), C, C, C, C),
        InvalidInputs.of(op, "gamma of another size", "gamma", X, OTHER, C, C, C),
        InvalidInputs.of(op, "beta of another size", "beta", X, C, OTHER, C, C),
        InvalidInputs.of(op, "mean of another size", "runningMean", X, C, C, OTHER, C),
        InvalidInputs.of(op, "variance of another size", "runningVariance", X, C, C, C, OTHER),
        InvalidInputs.of(op, "variance of FLOAT64", "runningVariance", X, C, C, C, DOUBLES),
        InvalidInputs.of(op, "no variance", "runningVariance", X, C, C, C));
  }

  private static List<InvalidInputs> statistics() {
    RunningStatistics op = new RunningStatistics(0.1, 2);
    ValueType[] integers = new ValueType[4];
    Arrays.fill(integers, TensorType.of(DType.INT32, 3));
    return List.of(
        InvalidInputs.of(op, "INT32", "runningMean", integers),
        InvalidInputs.of(op, "mean of rank 2", "runningMean", float32(1, 3), C, C, C),
        InvalidInputs.of(op, "variance of another size", "runningVariance", C, OTHER, C, C),
        InvalidInputs.of(op, "batch mean of another size", "mean", C, C, OTHER, C),
        InvalidInputs.of(op, "batch variance of FLOAT64", "variance", C, C, C, DOUBLES),
        InvalidInputs.of(op, "no batch variance", "variance", C, C, C));
  }
}
