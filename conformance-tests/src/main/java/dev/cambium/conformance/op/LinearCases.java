package dev.cambium.conformance.op;

import dev.cambium.conformance.op.Contraction.Factor;
import dev.cambium.op.Activation;
import dev.cambium.op.Linear;
import dev.cambium.op.LinearBackwardData;
import dev.cambium.op.LinearBackwardWeights;
import dev.cambium.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/** Linear layers and their gradients. */
final class LinearCases {
  private LinearCases() {}

  /** Every row. */
  static List<OpCase> rows() {
    List<OpCase> rows = new ArrayList<>();
    for (LinearLayer layer : LinearLayers.all()) {
      rows.addAll(forward(layer, true).rows());
      rows.add(forward(layer, false).wideRight());
    }
    for (LinearLayer layer : LinearLayers.few()) {
      activations(rows, layer);
      rows.addAll(forward(layer, true).of(DType.FLOAT64).rows());
    }
    for (LinearLayer layer : LinearLayers.all()) {
      rows.addAll(backwardData(layer).rows());
    }
    for (LinearLayer layer : LinearLayers.few()) {
      rows.addAll(backwardData(layer).of(DType.FLOAT64).rows());
    }
    for (LinearLayer layer : LinearLayers.all()) {
      List<OpCase> gradients = new ArrayList<>(backwardWeights(layer, true).rows());
      gradients.add(backwardWeights(layer, false).wideRight());
      boolean empty = layer.x().dim(0) == 0;
      gradients.forEach(row -> rows.add(empty ? row.zeros() : row));
    }
    for (LinearLayer layer : LinearLayers.few()) {
      rows.addAll(backwardWeights(layer, true).of(DType.FLOAT64).rows());
    }
    return rows;
  }

  private static Contraction forward(LinearLayer layer, boolean bias) {
    Contraction sums =
        Contraction.of(
            new Linear(bias, Activation.NONE),
            layer.what() + (bias ? " bias" : ""),
            layer.features(),
            new Factor("x", layer.x()),
            new Factor("w", layer.w()));
    return bias ? sums.plusBias(layer.b()) : sums;
  }

  private static void activations(List<OpCase> rows, LinearLayer layer) {
    for (Activation activation : FusedActivation.ALL) {
      for (boolean bias : new boolean[] {false, true}) {
        if (!activation.equals(Activation.NONE)) {
          rows.addAll(
              FusedActivation.rows(forward(layer, bias), new Linear(bias, activation), activation));
        } else if (!bias) {
          rows.add(forward(layer, false).reals());
        }
      }
    }
  }

  private static Contraction backwardData(LinearLayer layer) {
    return Contraction.of(
        new LinearBackwardData(layer.x()),
        "dy" + layer.y() + " to " + layer.x(),
        layer.units(),
        new Factor("dy", layer.y()),
        new Factor("w", layer.w()));
  }

  private static Contraction backwardWeights(LinearLayer layer, boolean bias) {
    return Contraction.of(
        new LinearBackwardWeights(bias),
        layer.what() + (bias ? " bias" : ""),
        Math.max(1, layer.x().dim(0)),
        new Factor("x", layer.x()),
        new Factor("dy", layer.y()));
  }
}
