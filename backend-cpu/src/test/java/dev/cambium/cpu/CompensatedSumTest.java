package dev.cambium.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import java.math.BigDecimal;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompensatedSumTest {
  private final CompensatedSum sum = new CompensatedSum();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 511, 512, 513, 5003, 40_000})
  void isExactToWithin48Bits(int n) {
    FloatBuffer x = floats(LoopCase.uniform("x", -3, 5, n));
    BigDecimal exact = BigDecimal.ZERO;
    BigDecimal absolute = BigDecimal.ZERO;
    for (int i = 0; i < n; i++) {
      exact = exact.add(new BigDecimal(x.get(i)));
      absolute = absolute.add(new BigDecimal(x.get(i)).abs());
    }
    double bound = 0x1p-46 * absolute.doubleValue();
    assertEquals(exact.doubleValue(), sum.sum(x, 0, n), bound);
  }

  @Test
  void keepsWhatAFloatWouldRoundAway() {
    HostArray values = LoopCase.uniform("x", 1, 2, 1537);
    for (int i = 0; i < 1537; i++) {
      values.set(i, i % 3 == 0 ? 0x1p30 : i % 3 == 1 ? 1 : -0x1p30);
    }
    // 512 of them are 1; the large ones cancel but for the last.
    assertEquals(512 + 0x1p30, sum.sum(floats(values), 0, 1537));
    assertEquals(512, sum.sum(floats(values), 0, 1536));
  }

  @Test
  void infinitiesAndNansAreWhatAPlainSumGives() {
    HostArray values = LoopCase.uniform("x", 1, 2, 1100);
    values.set(700, Double.POSITIVE_INFINITY);
    assertEquals(Double.POSITIVE_INFINITY, sum.sum(floats(values), 0, 1100));
    assertEquals(Double.POSITIVE_INFINITY, sum.sumOfSquares(floats(values), 0, 1100));
    values.set(3, Double.NEGATIVE_INFINITY);
    assertEquals(Double.NaN, sum.sum(floats(values), 0, 1100));
    assertEquals(Double.NaN, sum.sum(floats(values), 0, 1100));
  }

  @Test
  void whatOverflowsAFloatOnTheWayDoesNotOverflow() {
    HostArray values = LoopCase.uniform("x", 1, 2, 2048);
    for (int i = 0; i < 2048; i++) {
      values.set(i, i < 1024 ? 3e38 : -3e38);
    }
    assertEquals(0, sum.sum(floats(values), 0, 2048));
    assertEquals(1024.0 * 3e38f, sum.sum(floats(values), 0, 1024));
  }

  @Test
  void squaresAddUp() {
    HostArray values = LoopCase.integers(DType.FLOAT32, "x", 100, 5003);
    double expected = 0;
    for (int i = 13; i < 5001; i++) {
      expected += values.get(i) * values.get(i);
    }
    assertEquals(expected, sum.sumOfSquares(floats(values), 13, 5001));
  }

  private static FloatBuffer floats(HostArray values) {
    return values.bytes().asFloatBuffer();
  }
}
