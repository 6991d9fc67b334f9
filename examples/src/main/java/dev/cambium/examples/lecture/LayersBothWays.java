package dev.cambium.examples.lecture;

import dev.cambium.nn.BatchNorm;
import dev.cambium.nn.Conv2d;
import dev.cambium.nn.Dropout;
import dev.cambium.nn.Layer;
import dev.cambium.nn.Linear;
import dev.cambium.nn.MaxPool2d;
import dev.cambium.nn.Softmax;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Row 1: each layer's output beside numbers computed by hand, and its gradients beside slopes. Both
 * come from the chosen backend in float32, in training mode.
 */
final class LayersBothWays implements RowProgram {
  /** A step of 1/64 leaves h^2/6 of the third derivative, some 4e-5 of it, and rounding / h. */
  private static final double SLOPES = 1e-3;

  /** Labels of a cross entropy. */
  private static final Map<String, HostArray> LABELS =
      Map.of("targets", HostArray.of(Shape.of(4), 2, 0, 1, 1));

  /** Seed and step, on which the mask of dropout depends. */
  private static final Map<String, HostArray> RNG =
      Map.of("rng", HostArray.of(Shape.of(4), 1, 0, 0, 0));

  @Override
  public List<Check> run(Laboratory lab) {
    List<Check> checks = new ArrayList<>();
    checks.addAll(linear(lab));
    checks.addAll(convolution(lab));
    checks.addAll(maxPooling(lab));
    checks.addAll(dropout(lab));
    checks.addAll(crossEntropy(lab));
    checks.addAll(batchNorm(lab));
    checks.addAll(softmax(lab));
    return checks;
  }

  /** y = x W^T + b: 1 - 2 + 0.5, 0.5 + 4 - 1, 3. */
  private static List<Check> linear(Laboratory lab) {
    Map<String, HostArray> given =
        Map.of(
            "input", HostArray.of(Shape.of(1, 2), 1f, 2f),
            "weight", HostArray.of(Shape.of(3, 2), 1f, -1f, 0.5f, 2f, 3f, 0f),
            "bias", HostArray.of(Shape.of(3), 0.5f, -1f, 0f));
    return List.of(
        forward(lab, "linear", Linear.of(3), given, "-0.5 3.5 3.0"),
        backward(lab, "linear", Linear.of(3), Shape.of(4, 5), Map.of()));
  }

  /** The filter (1 2; 3 4) over 1 to 9, not flipped: 1 + 4 + 12 + 20 = 37, 47, 67, 77; less 7. */
  private static List<Check> convolution(Laboratory lab) {
    Map<String, HostArray> given =
        Map.of(
            "input", HostArray.of(Shape.of(1, 1, 3, 3), 1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f, 9f),
            "weight", HostArray.of(Shape.of(1, 1, 2, 2), 1f, 2f, 3f, 4f),
            "bias", HostArray.of(Shape.of(1), -7f));
    Layer padded = Conv2d.of(2, 3).padding(1).stride(2);
    return List.of(
        forward(lab, "convolution", Conv2d.of(1, 2), given, "30.0 40.0 60.0 70.0"),
        backward(lab, "convolution", padded, Shape.of(2, 2, 5, 4), Map.of()));
  }

  private static List<Check> maxPooling(Laboratory lab) {
    float[] image = {1, 3, 2, 0, 4, 2, 1, 5, 0, 1, 9, 8, 7, 6, 2, 3};
    Map<String, HostArray> given = Map.of("input", HostArray.of(Shape.of(1, 1, 4, 4), image));
    Layer overlapping = MaxPool2d.of(3).stride(2).padding(1);
    return List.of(
        forward(lab, "max pooling", MaxPool2d.of(2), given, "4.0 5.0 7.0 9.0"),
        backward(lab, "max pooling", overlapping, Shape.of(1, 2, 5, 5), Map.of()));
  }

  /** What is kept is multiplied by 1 / 0.75; the mean of n ones is 1 +- sqrt(p / (1 - p) / n). */
  private static List<Check> dropout(Laboratory lab) {
    Dropout layer = Dropout.of(0.25);
    float[] ones = new float[10_000];
    Arrays.fill(ones, 1);
    Map<String, HostArray> given = new LinkedHashMap<>(RNG);
    given.put("input", HostArray.of(Shape.of(100, 100), ones));
    try (LayerProbe probe = new LayerProbe(lab.backend(), layer, given)) {
      float[] y = probe.output().toFloats();
      double sum = 0;
      boolean legal = true;
      for (float value : y) {
        sum += value;
        legal &= value == 0 || Math.abs(value - 4 / 3.0) < 1e-6;
      }
      double fourErrors = 4 * Math.sqrt(0.25 / 0.75 / y.length);
      return List.of(
          Check.that("dropout forward", legal, "10,000 ones became 0 or 1.333333"),
          Check.byHand("dropout's mean", "1.0", new double[] {sum / y.length}, fourErrors),
          backward(lab, "dropout", layer, Shape.of(4, 6), RNG));
    }
  }

  /** -log of the softmax of (1, 2, 3) at its last element: ln(1 + 1/e + 1/e^2). */
  private static List<Check> crossEntropy(Laboratory lab) {
    Layer loss =
        (context, scores) -> {
          CrossEntropy entropy = CrossEntropy.ofLabels();
          TensorType targets = entropy.targets(scores.tensorType());
          return entropy.describe(context, scores, context.graph().input("targets", targets));
        };
    Map<String, HostArray> given =
        Map.of(
            "input", HostArray.of(Shape.of(1, 3), 1f, 2f, 3f),
            "targets", HostArray.of(Shape.of(1), 2));
    return List.of(
        forward(lab, "cross entropy", loss, given, "0.407606"),
        backward(lab, "cross entropy", loss, Shape.of(4, 3), LABELS));
  }

  /** 1 to 4 have the mean 2.5 and the biased variance 1.25, to which epsilon adds 0.00001. */
  private static List<Check> batchNorm(Laboratory lab) {
    Map<String, HostArray> given =
        Map.of(
            "input", HostArray.of(Shape.of(4, 1), 1f, 2f, 3f, 4f),
            "weight", HostArray.of(Shape.of(1), 1f),
            "bias", HostArray.of(Shape.of(1), 0f));
    String expected = "-1.341635 -0.447212 0.447212 1.341635";
    return List.of(
        forward(lab, "batch normalisation", BatchNorm.of(), given, expected),
        backward(lab, "batch normalisation", BatchNorm.of(), Shape.of(3, 2, 2, 3), Map.of()));
  }

  /** The scores 0, ln 2, ln 3 are as 1 : 2 : 3. */
  private static List<Check> softmax(Laboratory lab) {
    float[] scores = {0, (float) Math.log(2), (float) Math.log(3)};
    Map<String, HostArray> given = Map.of("input", HostArray.of(Shape.of(1, 3), scores));
    return List.of(
        forward(lab, "softmax", Softmax.of(), given, "0.166667 0.333333 0.500000"),
        backward(lab, "softmax", Softmax.of(), Shape.of(4, 5), Map.of()));
  }

  private static Check forward(
      Laboratory lab, String name, Layer layer, Map<String, HostArray> given, String expected) {
    try (LayerProbe probe = new LayerProbe(lab.backend(), layer, given)) {
      double[] ours = probe.output().toDoubles();
      return Check.byHand(name + " forward", expected, ours, 1.5e-6);
    }
  }

  private static Check backward(
      Laboratory lab, String name, Layer layer, Shape input, Map<String, HostArray> more) {
    Map<String, HostArray> given = new LinkedHashMap<>(more);
    given.put("input", LayerProbe.spread(new TensorType(DType.FLOAT32, input), "input"));
    try (LayerProbe probe = new LayerProbe(lab.backend(), layer, given)) {
      return Check.atMost(name + " backward, from slopes", probe.largestError(), SLOPES);
    }
  }
}
