package dev.cambium.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.spi.FaultyBackend;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whichever call of the backend fails, nothing stays open, and states are not used half-changed.
 */
class PlanFailureTest {
  private static final int SEED = 16;
  private static final int MOST_CALLS = 5000;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whateverFailsEverythingIsFreed(boolean error) {
    Throwable failure = error ? new LinkageError("on purpose") : new IllegalStateException();
    int failed = 0;
    for (int call = 0; call < MOST_CALLS; call++) {
      FaultyBackend backend = new FaultyBackend(new DemandingBackend());
      backend.failAfter(call, () -> failure);
      boolean finished = finishes(backend, () -> failure);
      assertEquals(0, backend.memory().bytes(), "memory after call " + call + " failed");
      assertEquals(0, backend.open(), "kernels after call " + call + " failed");
      if (finished) {
        break;
      }
      failed++;
    }
    assertTrue(failed > 100 && failed < MOST_CALLS, "calls that failed: " + failed);
  }

  private static boolean finishes(FaultyBackend backend, Supplier<Throwable> failure) {
    try (ParameterStore store = new ParameterStore(backend);
        BufferPool pool = new BufferPool(backend)) {
      try {
        createStates(store);
        try (Plan plan = bound(store, pool)) {
          plan.run();
          store.snapshot();
        }
        return true;
      } catch (IllegalStateException | LinkageError e) {
        Throwable first = e.getSuppressed().length > 0 ? e.getSuppressed()[0] : e;
        assertSame(failure.get(), first, "the failure itself, or that of closing");
        return false;
      }
    }
  }

  private static void createStates(ParameterStore store) {
    Random random = new Random(SEED);
    for (int i = 0; i < RandomGraph.STATES.size(); i++) {
      store.create(
          "s" + i, RandomGraph.array(RandomGraph.STATES.get(i), RandomGraph.numbers(random)));
    }
  }

  private static Plan bound(ParameterStore store, BufferPool pool) {
    Random random = new Random(SEED);
    Plan plan = Plan.of(RandomGraph.of(random), store, pool);
    try {
      for (String input : plan.inputs()) {
        plan.bind(input, RandomGraph.array(RandomGraph.VECTOR, RandomGraph.numbers(random)));
      }
      return plan;
    } catch (RuntimeException | Error e) {
      plan.close();
      throw e;
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void statesOfAFailedRunCannotBeReadBeforeTheyAreRestored(boolean error) {
    FaultyBackend backend = new FaultyBackend(new DemandingBackend());
    try (backend;
        ParameterStore store = new ParameterStore(backend);
        BufferPool pool = new BufferPool(backend)) {
      createStates(store);
      try (Plan plan = bound(store, pool)) {
        var before = store.snapshot();
        Throwable failure = error ? new LinkageError("on purpose") : new IllegalStateException();
        backend.failAfter(3, () -> failure);
        assertSame(failure, assertThrows(Throwable.class, plan::run));
        String dirty = assertThrows(IllegalStateException.class, plan::run).getMessage();
        assertTrue(dirty.contains("restore"), dirty);
        assertThrows(IllegalStateException.class, store::snapshot);
        store.restore(before);
        plan.run();
      }
    }
  }
}
