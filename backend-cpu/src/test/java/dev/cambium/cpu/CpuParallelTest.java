package dev.cambium.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class CpuParallelTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void everyElementIsDoneOnce(int threads) {
    try (CpuParallel parallel = new CpuParallel(threads)) {
      for (int n : new int[] {0, 1, 7, 64, 65, 1000}) {
        for (int repeat = 0; repeat < 50; repeat++) {
          AtomicIntegerArray done = new AtomicIntegerArray(n);
          parallel.loop(
              n,
              7,
              (chunk, from, to) -> {
                for (int i = (int) from; i < to; i++) {
                  done.incrementAndGet(i);
                }
              });
          for (int i = 0; i < n; i++) {
            assertEquals(1, done.get(i));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0,5,0", "1,5,1", "5,5,1", "6,5,2", "100,7,15"})
  void chunksDependOnLengthAndGrainAlone(long n, long grain, int chunks) {
    assertEquals(chunks, CpuParallel.chunks(n, grain));
    long[] starts = new long[chunks];
    try (CpuParallel parallel = new CpuParallel(3)) {
      parallel.loop(n, grain, (chunk, from, to) -> starts[chunk] = from);
    }
    for (int i = 0; i < chunks; i++) {
      assertEquals(i * grain, starts[i]);
    }
  }

  @Test
  void sumsByChunkHaveTheSameBitsOnAnyNumberOfThreads() {
    float[] values = new float[100_003];
    Random random = new Random(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    float[] one = sums(values, 1);
    assertArrayEquals(one, sums(values, 2));
    assertArrayEquals(one, sums(values, 7));
  }

  private static float[] sums(float[] values, int threads) {
    float[] partial = new float[CpuParallel.chunks(values.length, 1000)];
    try (CpuParallel parallel = new CpuParallel(threads)) {
      parallel.loop(
          values.length,
          1000,
          (chunk, from, to) -> {
            for (int i = (int) from; i < to; i++) {
              partial[chunk] += values[i];
            }
          });
    }
    return partial;
  }

  @Test
  void whatABodyThrowsIsThrownWhenAllChunksAreDone() {
    AtomicIntegerArray done = new AtomicIntegerArray(1);
    try (CpuParallel parallel = new CpuParallel(2)) {
      assertThrows(
          ArithmeticException.class,
          () ->
              parallel.loop(
                  100,
                  1,
                  (chunk, from, to) -> {
                    done.incrementAndGet(0);
                    if (chunk == 50) {
                      throw new ArithmeticException("body");
                    }
                  }));
      assertEquals(100, done.get(0));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void everyElementIsDoneOnceWhereLoopsFollowOneAnother(int threads) {
    try (CpuParallel parallel = new CpuParallel(threads)) {
      for (int loop = 0; loop < 3000; loop++) {
        int n = loop % 37;
        AtomicIntegerArray done = new AtomicIntegerArray(37);
        parallel.loop(n, 1 + loop % 5, (chunk, from, to) -> count(done, from, to));
        for (int i = 0; i < 37; i++) {
          assertEquals(i < n ? 1 : 0, done.get(i), "element " + i + " of loop " + loop);
        }
      }
    }
  }

  private static void count(AtomicIntegerArray done, long from, long to) {
    for (long i = from; i < to; i++) {
      done.incrementAndGet((int) i);
    }
  }

  @Test
  void theLoopAfterOneThatThrewDoesNotThrow() {
    AtomicIntegerArray done = new AtomicIntegerArray(8);
    try (CpuParallel parallel = new CpuParallel(3)) {
      for (int loop = 1; loop <= 50; loop++) {
        assertThrows(
            ArithmeticException.class,
            () ->
                parallel.loop(
                    8,
                    1,
                    (chunk, from, to) -> {
                      throw new ArithmeticException("body");
                    }));
        parallel.loop(8, 1, (chunk, from, to) -> count(done, from, to));
        assertEquals(loop, done.get(7));
      }
    }
  }
}
