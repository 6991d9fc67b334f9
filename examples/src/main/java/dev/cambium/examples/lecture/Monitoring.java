package dev.cambium.examples.lecture;

import java.util.List;

/** Rows 35 to 40: what to look at while a net learns. */
final class Monitoring {
  private Monitoring() {}

  static Chapter chapter() {
    return new Chapter(
        "Monitoring and visualisation",
        List.of(
            Row.notYet(35, "loss curves and what their shapes mean"),
            Row.notYet(36, "training and validation accuracy"),
            Row.notYet(37, "the ratio of updates to weights"),
            Row.notYet(38, "activations of hidden units"),
            Row.notYet(39, "the first convolution's filters"),
            Row.notYet(40, "the weights of a linear layer")));
  }
}
