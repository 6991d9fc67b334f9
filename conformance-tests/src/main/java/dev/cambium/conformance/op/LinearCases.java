package dev.cambium.conformance.op;

import dev.cambium.op.Activation;
import dev.cambium.op.Linear;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Linear layers and their gradients. */
final class LinearCases {
  private LinearCases() {}

  /** Every row. */
  static List<OpCase> rows() {
    List<OpCase> rows = new ArrayList<>();
    for (int n : new int[] {0, 1, 2, 17}) {
      for (int k : new int[] {1, 7, 16, 31, 64, 65}) {
        for (int o : new int[] {1, 3, 16, 33}) {
          linear(rows, Shape.of(n, k), o);
        }
      }
    }
    return rows;
  }

  private static void linear(List<OpCase> rows, Shape x, int outputs) {
    int terms = (int) x.size(1, x.rank());
    Linear op = new Linear(true, Activation.NONE);
    String what = "x" + x + " to " + outputs;
    Shape w = Shape.of(outputs, terms);
    rows.add(
        OpCase.of(
            op,
            what,
            "integers",
            Tolerance.EXACT,
            Operand.of(x, Draw.wide()),
            Operand.of(w, Draw.signs()),
            Operand.of(Shape.of(outputs), Draw.integers(1000))));
    rows.add(
        OpCase.of(
            op,
            what,
            "reals",
            Tolerance.products(op, terms + 1),
            Operand.of(x, Draw.normal()),
            Operand.of(w, Draw.normal()),
            Operand.of(Shape.of(outputs), Draw.normal())));
  }
}
