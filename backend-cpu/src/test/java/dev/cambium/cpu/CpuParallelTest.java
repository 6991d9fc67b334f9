package dev.cambium.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpuParallelTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void everyElementIsDoneOnceInEveryLoop(int threads) {
    try (CpuParallel parallel = new CpuParallel(threads)) {
      for (int loop = 0; loop < 3000; loop++) {
        int n = loop % 37;
        int grain = 1 + loop % 5;
        AtomicIntegerArray done = new AtomicIntegerArray(37);
        parallel.loop(
            n,
            grain,
            (chunk, from, to) -> {
              assertEquals(chunk * (long) grain, from);
              for (long i = from; i < to; i++) {
                done.incrementAndGet((int) i);
              }
            });
        for (int i = 0; i < 37; i++) {
          assertEquals(i < n ? 1 : 0, done.get(i), "element " + i + " of loop " + loop);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void whatABodyThrowsIsThrownOnce(int threads) {
    try (CpuParallel parallel = new CpuParallel(threads)) {
      for (int loop = 0; loop < 50; loop++) {
        int wrong = loop % 8;
        IllegalStateException thrown =
            assertThrows(
                IllegalStateException.class,
                () -> parallel.loop(8, 1, (chunk, from, to) -> failAt(wrong, chunk)));
        assertEquals("chunk " + wrong, thrown.getMessage());
        parallel.loop(8, 1, (chunk, from, to) -> {});
      }
    }
  }

  private static void failAt(int wrong, int chunk) {
    if (chunk == wrong) {
      throw new IllegalStateException("chunk " + chunk);
    }
  }
}
