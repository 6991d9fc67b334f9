package dev.cambium.examples.lecture;

import java.util.List;

/** Rows 28 to 34: how to choose what is not learnt. */
final class HyperparameterSearch {
  private HyperparameterSearch() {}

  static Chapter chapter() {
    return new Chapter(
        "Hyperparameter optimisation",
        List.of(
            Row.notYet(28, "coarse to fine in stages"),
            Row.notYet(29, "a run ends when its cost exceeds three times the first"),
            Row.notYet(30, "search in log space"),
            Row.notYet(31, "a best value on the boundary of the range"),
            Row.notYet(32, "random search against grid search"),
            Row.notYet(33, "what to search"),
            Row.notYet(34, "the command centre")));
  }
}
