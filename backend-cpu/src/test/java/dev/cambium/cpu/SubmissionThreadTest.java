package dev.cambium.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SubmissionThreadTest {
  private final SubmissionThread thread = new SubmissionThread("submission-test");

  @AfterEach
  void close() {
    thread.close();
  }

  @Test
  void everythingRunsOnOneThreadAndNestedWorkRunsAtOnce() {
    Thread first = thread.call(Thread::currentThread);
    assertNotEquals(Thread.currentThread(), first);
    assertSame(first, thread.call(() -> thread.call(Thread::currentThread)));
  }

  @Test
  void whatATaskThrowsIsThrownToItsCallerAndTheThreadGoesOn() {
    IllegalStateException failure = new IllegalStateException("task");
    assertSame(
        failure,
        assertThrows(
            IllegalStateException.class,
            () ->
                thread.run(
                    () -> {
                      throw failure;
                    })));
    assertThrows(
        StackOverflowError.class,
        () ->
            thread.run(
                () -> {
                  throw new StackOverflowError("task");
                }));
    assertEquals(7, thread.call(() -> 7));
  }

  @Test
  void anInterruptedCallerWaitsAndStaysInterrupted() {
    Thread.currentThread().interrupt();
    int[] done = new int[1];
    thread.run(
        () -> {
          pause();
          done[0] = 1;
        });
    assertEquals(1, done[0]);
    assertTrue(Thread.interrupted());
  }

  private static void pause() {
    long end = System.nanoTime() + 5_000_000;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  @Test
  void callersFromManyThreadsAreServedOneAtATime() throws InterruptedException {
    int[] counter = new int[1];
    List<Thread> callers = new ArrayList<>();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    for (int i = 0; i < 4; i++) {
      Thread caller =
          new Thread(
              () -> {
                for (int k = 0; k < 2_000; k++) {
                  thread.run(() -> counter[0]++);
                }
              });
      caller.setUncaughtExceptionHandler((t, thrown) -> failure.set(thrown));
      caller.start();
      callers.add(caller);
    }
    for (Thread caller : callers) {
      caller.join();
    }
    assertEquals(null, failure.get());
    assertEquals(8_000, counter[0]);
  }

  @Test
  void closingWaitsForNobodyAndRefusesNewWork() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Thread caller =
        new Thread(
            () ->
                thread.run(
                    () -> {
                      started.countDown();
                      awaitQuietly(goOn);
                    }));
    caller.start();
    started.await();
    goOn.countDown();
    thread.close();
    caller.join();
    assertThrows(IllegalStateException.class, () -> thread.run(() -> {}));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
