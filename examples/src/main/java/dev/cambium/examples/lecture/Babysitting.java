package dev.cambium.examples.lecture;

import java.util.List;

/** Rows 23 to 27: how to see early that training goes wrong. */
final class Babysitting {
  private Babysitting() {}

  static Chapter chapter() {
    return new Chapter(
        "Babysitting the learning process",
        List.of(
            Row.notYet(23, "the first loss of a 10-class softmax is ln 10"),
            Row.notYet(24, "strong regularisation makes the loss go up"),
            Row.notYet(25, "a small net overfits 20 examples"),
            Row.notYet(26, "a learning rate of 1e-7 is too low"),
            Row.notYet(27, "a learning rate that is too high")));
  }
}
