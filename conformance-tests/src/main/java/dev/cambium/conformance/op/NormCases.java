package dev.cambium.conformance.op;

import dev.cambium.op.Activation;
import dev.cambium.op.BatchNormInference;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Batch normalisation, in training and in inference. */
final class NormCases {
  private static final double EPSILON = 1e-5;

  private NormCases() {}

  /** Every row. */
  static List<OpCase> rows() {
    List<OpCase> rows = new ArrayList<>();
    for (Shape x : NormLayers.ALL) {
      training(rows, EPSILON, Activation.NONE, x, "reals", Draw.normal());
      training(rows, EPSILON, Activation.RELU, x, "reals", NormLayers.twoSided());
      training(rows, EPSILON, Activation.NONE, x, "offset 1000", Draw.normal(1000, 1));
    }
    for (Shape x : NormLayers.FEW) {
      trainingData(rows, x);
    }
    for (Shape x : NormLayers.ALL) {
      inference(rows, EPSILON, Activation.NONE, x, "reals", Draw.normal());
      inference(rows, EPSILON, Activation.RELU, x, "reals", NormLayers.twoSided());
    }
    for (Shape x : NormLayers.EMPTY_OR_ONE) {
      inference(rows, EPSILON, Activation.NONE, x, "reals", Draw.normal());
      inference(rows, EPSILON, Activation.RELU, x, "positive", Draw.uniform(30, 40));
    }
    for (Shape x : NormLayers.FEW) {
      inferenceData(rows, x);
    }
    return rows;
  }

  private static void trainingData(List<OpCase> rows, Shape x) {
    for (Activation activation : List.of(Activation.NONE, Activation.RELU)) {
      // Whole numbers add up exactly, so the mean is; constant ones have variance 0.
      training(rows, EPSILON, activation, x, "integers", Draw.integers(-8191, 8191));
      training(rows, EPSILON, activation, x, "constant channels", NormLayers.constants());
      training(rows, EPSILON, activation, x, "offset -30000", Draw.normal(-30000, 1));
      training(rows, EPSILON, activation, x, "channels of all sizes", NormLayers.scaled());
      training(rows, 1e-3, activation, x, "reals", Draw.normal(0, 0.01));
      training(rows, 1e-12, activation, x, "reals", Draw.normal(0, 1e-3));
      training(rows, 0.5, activation, x, "reals", Draw.normal(3, 1));
    }
    training(rows, DType.FLOAT64, EPSILON, Activation.NONE, x, "offset 1000", Draw.normal(1000, 1));
    training(rows, DType.FLOAT64, EPSILON, Activation.RELU, x, "reals", Draw.normal());
  }

  private static void inferenceData(List<OpCase> rows, Shape x) {
    for (Activation activation : FusedActivation.ALL) {
      if (FusedActivation.ALL.indexOf(activation) > 1) {
        inference(rows, EPSILON, activation, x, "reals", Draw.normal());
      }
      inference(rows, 1e-3, activation, x, "offset 1000", Draw.normal(1000, 1));
      inference(rows, 0.5, activation, x, "reals", Draw.normal(0, 3));
    }
    inference(rows, DType.FLOAT64, EPSILON, Activation.NONE, x, "reals", Draw.normal());
    inference(rows, DType.FLOAT64, EPSILON, new Activation.Tanh(), x, "reals", Draw.normal());
  }

  private static String what(DType dtype, double epsilon, Activation activation, Shape x) {
    return "x"
        + x
        + (epsilon == EPSILON ? "" : " epsilon " + epsilon)
        + FusedActivation.word(activation)
        + (dtype == DType.FLOAT32 ? "" : " of " + dtype);
  }

  private static void training(
      List<OpCase> rows, double epsilon, Activation activation, Shape x, String data, Draw draw) {
    training(rows, DType.FLOAT32, epsilon, activation, x, data, draw);
  }

  private static void training(
      List<OpCase> rows,
      DType dtype,
      double epsilon,
      Activation activation,
      Shape x,
      String data,
      Draw draw) {
    BatchNormTraining plain = new BatchNormTraining(epsilon, Activation.NONE);
    Shape channels = Shape.of(x.dim(1));
    rows.add(
        OpCase.of(
            new BatchNormTraining(epsilon, activation),
            what(dtype, epsilon, activation, x),
            data,
            FusedActivation.bound(NormTolerance.training(plain), plain, activation),
            Operand.of(dtype, x, draw),
            Operand.of(dtype, channels, NormLayers.slopes()),
            Operand.of(dtype, channels, Draw.normal(0.5, 0.1))));
  }

  private static void inference(
      List<OpCase> rows, double epsilon, Activation activation, Shape x, String data, Draw draw) {
    inference(rows, DType.FLOAT32, epsilon, activation, x, data, draw);
  }

  private static void inference(
      List<OpCase> rows,
      DType dtype,
      double epsilon,
      Activation activation,
      Shape x,
      String data,
      Draw draw) {
    BatchNormInference plain = new BatchNormInference(epsilon, Activation.NONE);
    Shape channels = Shape.of(x.dim(1));
    Draw mean = data.startsWith("offset") ? Draw.normal(1000, 1) : Draw.normal(0, 0.3);
    Draw gamma = data.equals("positive") ? Draw.uniform(1, 2) : NormLayers.slopes();
    rows.add(
        OpCase.of(
            new BatchNormInference(epsilon, activation),
            what(dtype, epsilon, activation, x),
            data,
            FusedActivation.bound(NormTolerance.inference(plain), plain, activation),
            Operand.of(dtype, x, draw),
            Operand.of(dtype, channels, gamma),
            Operand.of(dtype, channels, Draw.normal(0.5, 0.1)),
            Operand.of(dtype, channels, mean),
            Operand.of(dtype, channels, Draw.uniform(0.05, 3))));
  }
}
