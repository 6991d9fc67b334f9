package dev.cambium.conformance.op;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cambium.conformance.check.Expectation;
import dev.cambium.op.SgdUpdate;
import dev.cambium.op.UpdateOptions;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpOracleTest {
  private static final Shape SHAPE = Shape.of(4099);

  /** v = momentum * v + g of one parameter; lr and the scale of gradients are 1. */
  private static OpCase velocities() {
    Operand one = Operand.of(DType.FLOAT64, Shape.scalar(), Draw.of(1));
    Operand normal = Operand.of(DType.FLOAT64, SHAPE, Draw.normal());
    return OpCase.of(
        new SgdUpdate(0.9, false, List.of(UpdateOptions.PLAIN)),
        "FLOAT64",
        "reals",
        UpdateBound.bound(),
        one,
        one,
        normal,
        normal,
        normal);
  }

  private static HostArray fused(OpCase row, int ulps) {
    List<HostArray> inputs = row.values();
    HostArray v = HostArray.allocate(inputs.get(4).type());
    for (int i = 0; i < SHAPE.intSize(); i++) {
      double exact = Math.fma(0.9, inputs.get(4).get(i), inputs.get(3).get(i));
      v.set(i, exact + ulps * Math.ulp(exact));
    }
    return v;
  }

  /** A fused multiply-add is nearer to the exact sum than the oracle's two roundings. */
  @Test
  void inFloat64TheOracleIsNotTakenForExact() {
    OpCase row = velocities();
    Expectation velocity = new OpRun(row).expectations().get(1);
    velocity.check("fused", fused(row, 0));
    assertThrows(AssertionError.class, () -> velocity.check("wrong", fused(row, 4)));
  }
}
