package dev.cambium.conformance.op;

import dev.cambium.conformance.op.Contraction.Factor;
import dev.cambium.op.Activation;
import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/** Convolutions and their two gradients. */
final class ConvolutionCases {
  private ConvolutionCases() {}

  /** Every row. */
  static List<OpCase> rows() {
    List<OpCase> rows = new ArrayList<>();
    for (ConvolutionLayer layer : ConvolutionLayers.all()) {
      forward(rows, layer);
    }
    for (ConvolutionLayer layer : ConvolutionLayers.few()) {
      activations(rows, layer);
      rows.addAll(forward(layer, true).of(DType.FLOAT64).rows());
    }
    for (ConvolutionLayer layer : ConvolutionLayers.all()) {
      rows.addAll(sparse(layer, backwardData(layer).rows()));
    }
    for (ConvolutionLayer layer : ConvolutionLayers.few()) {
      rows.addAll(backwardData(layer).of(DType.FLOAT64).rows());
    }
    for (ConvolutionLayer layer : ConvolutionLayers.all()) {
      backwardWeights(rows, layer);
    }
    for (ConvolutionLayer layer : ConvolutionLayers.few()) {
      rows.addAll(backwardWeights(layer, true).of(DType.FLOAT64).rows());
    }
    return rows;
  }

  private static void forward(List<OpCase> rows, ConvolutionLayer layer) {
    rows.addAll(sparse(layer, forward(layer, true).rows()));
    rows.addAll(sparse(layer, List.of(forward(layer, false).wideRight())));
  }

  private static Contraction forward(ConvolutionLayer layer, boolean bias) {
    Contraction sums =
        Contraction.of(
            new Convolution(layer.geometry(), bias, Activation.NONE),
            layer.what() + (bias ? " bias" : ""),
            layer.forwardTerms(),
            new Factor("x", layer.x()),
            new Factor("w", layer.w()));
    return bias ? sums.plusBias(layer.b()) : sums;
  }

  private static void activations(List<OpCase> rows, ConvolutionLayer layer) {
    for (Activation activation : FusedActivation.ALL) {
      for (boolean bias : new boolean[] {false, true}) {
        if (activation.equals(Activation.NONE) && bias) {
          continue; // among the rows of all layers
        }
        Contraction plain = forward(layer, bias);
        rows.addAll(
            FusedActivation.rows(
                plain, new Convolution(layer.geometry(), bias, activation), activation));
      }
    }
  }

  private static Contraction backwardData(ConvolutionLayer layer) {
    return Contraction.of(
        new ConvolutionBackwardData(layer.geometry(), layer.image()),
        layer.what(),
        layer.dataTerms(),
        new Factor("dy", layer.y()),
        new Factor("w", layer.w()));
  }

  private static void backwardWeights(List<OpCase> rows, ConvolutionLayer layer) {
    rows.addAll(sparse(layer, backwardWeights(layer, true).rows()));
    rows.addAll(sparse(layer, List.of(backwardWeights(layer, false).wideRight())));
  }

  private static Contraction backwardWeights(ConvolutionLayer layer, boolean bias) {
    return Contraction.of(
        new ConvolutionBackwardWeights(layer.geometry(), layer.kernel(), bias),
        layer.what() + (bias ? " bias" : ""),
        layer.weightTerms(),
        new Factor("x", layer.x()),
        new Factor("dy", layer.y()));
  }

  /**
   * Zeros are right where most pixels meet no filter, where most weights meet no pixel, and in sums
   * over an empty batch.
   */
  private static List<OpCase> sparse(ConvolutionLayer layer, List<OpCase> rows) {
    long pixels = layer.x().size(2, 4);
    boolean zeros =
        layer.x().dim(0) == 0
            || layer.y().size(2, 4) * 4 < pixels
            || layer.w().size(2, 4) > 4 * pixels;
    return zeros ? rows.stream().map(OpCase::zeros).toList() : rows;
  }
}
