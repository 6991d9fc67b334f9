package dev.cambium.conformance.check;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an expectation lets pass. */
class ExpectationTest {
  private static Expectation of(double expected, double bound) {
    return new Expectation(
        "y", new DoubleArray(Shape.of(1), new double[] {expected}), new double[] {bound});
  }

  @ParameterizedTest
  @CsvSource({
    "2, 0, 2",
    "2, 0.5, 2.5",
    "NaN, 0, NaN",
    "Infinity, 0, Infinity",
    "1e39, 0, Infinity",
    "0, 0, -0.0"
  })
  void whatIsWithinItsBoundPasses(double expected, double bound, float got) {
    of(expected, bound).check("case", HostArray.of(Shape.of(1), got));
  }

  @ParameterizedTest
  @CsvSource({
    "2, 0, 2.0000002",
    "2, 0.5, 1.4",
    "2, 0.5, NaN",
    "2, Infinity, NaN",
    "2, NaN, 3",
    "NaN, Infinity, 2",
    "Infinity, Infinity, 3e38",
    "Infinity, Infinity, -Infinity",
    "-1e39, 0, Infinity"
  })
  void whatIsNotFails(double expected, double bound, float got) {
    HostArray value = HostArray.of(Shape.of(1), got);
    assertThrows(AssertionError.class, () -> of(expected, bound).check("case", value));
  }

  @Test
  void aDoubleBeyondFloat32IsNoInfinity() {
    HostArray infinite =
        HostArray.of(TensorType.of(DType.FLOAT64, 1), new double[] {Double.POSITIVE_INFINITY});
    assertThrows(AssertionError.class, () -> of(1e39, 1e37).check("case", infinite));
  }

  @Test
  void anElementWithoutABoundIsRefused() {
    DoubleArray two = new DoubleArray(Shape.of(2), new double[] {1, 2});
    assertThrows(IllegalArgumentException.class, () -> new Expectation("y", two, new double[] {0}));
  }
}
