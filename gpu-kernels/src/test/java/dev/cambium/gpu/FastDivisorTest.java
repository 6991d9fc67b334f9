package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FastDivisorTest {
  /** What {@code divided} of {@code fast_divide.cl} computes. */
  private static int divided(int n, FastDivisor by) {
    long product = (2L * n) * Integer.toUnsignedLong(by.multiplier());
    return (int) (product >>> Integer.SIZE >>> by.shift());
  }

  private static void assertDivides(int n, int divisor) {
    assertEquals(n / divisor, divided(n, new FastDivisor(divisor)), n + " / " + divisor);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7, 64, 641, 65535, 65537, (1 << 30) + 1, Integer.MAX_VALUE})
  void quotientsChangeWhereTheyShould(int divisor) {
    for (int n : new int[] {0, 1, Integer.MAX_VALUE - 1, Integer.MAX_VALUE}) {
      assertDivides(n, divisor);
    }
    // On both sides of multiples, where a rounding would show first.
    long multiples = Integer.MAX_VALUE / divisor;
    for (long step : new long[] {1, 2, multiples / 2, multiples - 1, multiples}) {
      long multiple = Math.min(multiples, Math.max(1, step)) * divisor;
      assertDivides((int) multiple, divisor);
      assertDivides((int) multiple - 1, divisor);
    }
  }

  @Test
  void smallDivisorsDivideEverySmallNumber() {
    IntStream.rangeClosed(1, 300)
        .forEach(divisor -> IntStream.range(0, 1000).forEach(n -> assertDivides(n, divisor)));
  }

  @Test
  void anyDivisorDividesAnyNumber() {
    Random random = new Random(1);
    for (int i = 0; i < 1_000_000; i++) {
      assertDivides(random.nextInt() >>> 1, Math.max(1, random.nextInt() >>> (1 + i % 31)));
    }
  }
}
