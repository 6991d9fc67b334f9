package dev.cambium.conformance.op;

import dev.cambium.op.AdagradUpdate;
import dev.cambium.op.AdamUpdate;
import dev.cambium.op.Op;
import dev.cambium.op.RmsPropUpdate;
import dev.cambium.op.SgdUpdate;
import dev.cambium.op.UpdateOptions;
import dev.cambium.tensor.Shape;
import java.util.List;

/**
 * One step of each optimiser by hand: p = 1.2, gradient 0.9, learning rate 0.1, weight decay 0.01,
 * so that the gradient with coupled decay is 0.912.
 */
final class LiteralUpdates {
  private static final List<UpdateOptions> COUPLED = List.of(new UpdateOptions(1, 0.01, false));
  private static final List<UpdateOptions> DECOUPLED = List.of(new UpdateOptions(1, 0.01, true));

  private LiteralUpdates() {}

  /** Every example. */
  static List<Literal> all() {
    return List.of(
        step("without momentum", new SgdUpdate(0, false, COUPLED)).output(1.1088),
        step("velocity 0.5, momentum 0.9", new SgdUpdate(0.9, false, COUPLED), 0.5)
            .output(1.0638)
            .output(1.362),
        step("Nesterov, velocity 0.5, momentum 0.9", new SgdUpdate(0.9, true, COUPLED), 0.5)
            .output(0.98622)
            .output(1.362),
        adam("step 2", COUPLED).output(1.1704432450771636).output(0.1812).output(0.020811744),
        adam("step 2 with decoupled decay", DECOUPLED)
            .output(1.1694236350302187)
            .output(0.18)
            .output(0.02079),
        step("sum of squares 0.3", new AdagradUpdate(1e-10, COUPLED), 0.3)
            .output(1.114272385712873)
            .output(1.131744),
        step("squares 0.3, last step 0.4", new RmsPropUpdate(0.99, 1e-8, 0.9, COUPLED), 0.3, 0.4)
            .output(0.9989486714990057)
            .output(0.30531744)
            .output(2.010513285009943));
  }

  private static Literal step(String what, Op op, double... slots) {
    return withSlots(scalars(Literal.of(what + ", by hand", op), 0.1, 1), slots);
  }

  /** Its mean of gradients is 0.1, that of their squares 0.02. */
  private static Literal adam(String what, List<UpdateOptions> options) {
    Literal literal = Literal.of(what + ", by hand", new AdamUpdate(0.9, 0.999, 1e-8, options));
    return withSlots(scalars(literal, 0.1, 1, 1 - 0.9 * 0.9, 1 - 0.999 * 0.999), 0.1, 0.02);
  }

  private static Literal scalars(Literal literal, double... values) {
    Literal with = literal;
    for (double value : values) {
      with = with.input(Shape.scalar(), value);
    }
    return with;
  }

  private static Literal withSlots(Literal literal, double... slots) {
    Literal with = literal.input(Shape.of(1), 1.2).input(Shape.of(1), 0.9);
    for (double slot : slots) {
      with = with.input(Shape.of(1), slot);
    }
    return with;
  }
}
