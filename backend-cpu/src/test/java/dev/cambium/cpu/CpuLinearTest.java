package dev.cambium.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cambium.op.Activation;
import dev.cambium.op.Linear;
import dev.cambium.op.LinearBackwardData;
import dev.cambium.op.LinearBackwardWeights;
import dev.cambium.op.MatMul;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CpuLinearTest extends OpenBackend {
  /** Features of this shape, whatever its rank, and this many units. */
  record Case(Shape x, int units) {
    int features() {
      return (int) x.size(1, x.rank());
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case(Shape.of(1, 1), 1),
        new Case(Shape.of(2, 3), 5),
        new Case(Shape.of(64, 256), 10),
        new Case(Shape.of(17, 31), 33),
        new Case(Shape.of(16, 48), 64),
        new Case(Shape.of(3, 5, 7), 4),
        new Case(Shape.of(3, 2, 3, 2, 2), 4),
        new Case(Shape.of(4, 6, 5, 3), 7),
        new Case(Shape.of(5, 16, 8, 8), 32),
        new Case(Shape.of(5, 13, 1, 1), 11),
        new Case(Shape.of(0, 7), 3),
        new Case(Shape.of(0, 3, 4, 4), 3));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void forwardStaysWithinTheRoundingOfItsSums(Case c) {
    HostArray x = Agreement.normal(1, c.x.toArray());
    HostArray w = Agreement.normal(2, c.units, c.features());
    HostArray b = Agreement.normal(3, c.units);
    Linear plain = new Linear(true, Activation.NONE);
    double[] bound =
        Agreement.times(
            Agreement.host(plain, Agreement.abs(x), Agreement.abs(w), Agreement.abs(b)).get(0),
            Agreement.gamma(c.features() + 1));
    for (Linear op : List.of(plain, new Linear(true, Activation.RELU))) {
      Agreement.assertWithin(
          op.toString(),
          Agreement.host(op, x, w, b).get(0),
          bound,
          Agreement.kernel(backend(), op, x, w, b).get(0));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsStayWithinTheRoundingOfTheirSums(Case c) {
    HostArray x = Agreement.normal(1, c.x.toArray());
    HostArray w = Agreement.normal(2, c.units, c.features());
    HostArray dy = Agreement.normal(3, c.x.dim(0), c.units);
    LinearBackwardData data = new LinearBackwardData(c.x);
    Agreement.assertWithin(
        "dx",
        Agreement.host(data, dy, w).get(0),
        Agreement.times(
            Agreement.host(data, Agreement.abs(dy), Agreement.abs(w)).get(0),
            Agreement.gamma(c.units)),
        Agreement.kernel(backend(), data, dy, w).get(0));
    LinearBackwardWeights weights = new LinearBackwardWeights(true);
    List<double[]> expected = Agreement.host(weights, x, dy);
    List<double[]> magnitude = Agreement.host(weights, Agreement.abs(x), Agreement.abs(dy));
    List<HostArray> got = Agreement.kernel(backend(), weights, x, dy);
    for (int i = 0; i < 2; i++) {
      Agreement.assertWithin(
          i == 0 ? "dw" : "db",
          expected.get(i),
          Agreement.times(magnitude.get(i), Agreement.gamma(c.x.dim(0))),
          got.get(i));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void wholeNumbersAreExactAndTheThreeProductsAgree(Case c) {
    HostArray x = Agreement.integers(1, 8, c.x.toArray());
    HostArray w = Agreement.integers(2, 8, c.units, c.features());
    HostArray dy = Agreement.integers(3, 8, c.x.dim(0), c.units);
    Linear forward = new Linear(false, Activation.NONE);
    LinearBackwardData data = new LinearBackwardData(c.x);
    LinearBackwardWeights weights = new LinearBackwardWeights(false);
    HostArray y = Agreement.kernel(backend(), forward, x, w).get(0);
    HostArray dx = Agreement.kernel(backend(), data, dy, w).get(0);
    HostArray dw = Agreement.kernel(backend(), weights, x, dy).get(0);
    Agreement.assertExact("y", Agreement.host(forward, x, w).get(0), y);
    Agreement.assertExact("dx", Agreement.host(data, dy, w).get(0), dx);
    Agreement.assertExact("dw", Agreement.host(weights, x, dy).get(0), dw);
    assertEquals(Agreement.inner(y, dy), Agreement.inner(x, dx));
    assertEquals(Agreement.inner(y, dy), Agreement.inner(w, dw));
  }

  @ParameterizedTest
  @CsvSource({"1,1,1", "2,3,5", "17,31,33", "64,48,16", "0,3,4", "3,0,4", "3,4,0", "5,1,7"})
  void matricesMultiplyWithEitherOperandTransposed(int rows, int inner, int columns) {
    for (int transposed = 0; transposed < 4; transposed++) {
      MatMul op = new MatMul((transposed & 1) != 0, (transposed & 2) != 0);
      int[] a = op.transposeA() ? new int[] {inner, rows} : new int[] {rows, inner};
      int[] b = op.transposeB() ? new int[] {columns, inner} : new int[] {inner, columns};
      HostArray x = Agreement.normal(1, a);
      HostArray y = Agreement.normal(2, b);
      Agreement.assertWithin(
          op.toString(),
          Agreement.host(op, x, y).get(0),
          Agreement.times(
              Agreement.host(op, Agreement.abs(x), Agreement.abs(y)).get(0),
              Agreement.gamma(inner)),
          Agreement.kernel(backend(), op, x, y).get(0));
      HostArray m = Agreement.integers(1, 9, a);
      HostArray n = Agreement.integers(2, 9, b);
      Agreement.assertExact(
          op.toString(),
          Agreement.host(op, m, n).get(0),
          Agreement.kernel(backend(), op, m, n).get(0));
    }
  }
}
