package dev.cambium.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cambium.graph.GraphBuilder;
import dev.cambium.op.HostFunction;
import dev.cambium.op.Op;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A plan is for one caller at a time, and says so to a second one. */
@Timeout(60)
class PlanCallersTest {
  private static final TensorType ONE = TensorType.float32(1);

  private final MemoryOnlyBackend backend = new MemoryOnlyBackend();
  private final ParameterStore store = new ParameterStore(backend);
  private final BufferPool pool = new BufferPool(backend);

  @AfterEach
  void close() {
    store.close();
    pool.close();
    backend.close();
  }

  /** y = x, after {@code during}. */
  private record Pausing(Runnable during) implements Op {
    @Override
    public List<ValueType> infer(List<ValueType> inputs) {
      return inputs;
    }

    @Override
    public Optional<HostFunction> host() {
      return Optional.of(
          (inputs, outputs) -> {
            during.run();
            outputs.get(0).values()[0] = inputs.get(0).values()[0];
          });
    }
  }

  private Plan plan(Runnable during) {
    GraphBuilder builder = new GraphBuilder();
    builder.name("y", builder.emit(new Pausing(during), builder.input("x", ONE)));
    Plan plan = Plan.of(builder.build(), store, pool);
    plan.bind("x", HostArray.of(Shape.of(1), 5f));
    return plan;
  }

  @Test
  void aSecondThreadIsTurnedAwayWhileTheFirstRuns() {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch tried = new CountDownLatch(1);
    try (Plan plan = plan(() -> passing(inside, tried))) {
      CompletableFuture<Void> first = CompletableFuture.runAsync(named("first", plan::run));
      await(inside);
      for (Runnable call :
          List.<Runnable>of(
              plan::run,
              () -> plan.bind("x", HostArray.of(Shape.of(1), 6f)),
              () -> plan.fetch("y"))) {
        assertEquals(
            "the plan is in use by thread first, and a plan is for one caller at a time; give each"
                + " thread a plan and a pool of its own, or hold a lock from bind() to fetch()",
            assertThrows(IllegalStateException.class, call::run).getMessage());
      }
      tried.countDown();
      first.join();
      assertArrayEquals(new float[] {5}, plan.fetch("y").toFloats());
    }
  }

  @Test
  void threadsMayTakeTurnsAndACallThatFailedDoesNotKeepThePlan() {
    try (Plan plan = plan(() -> {})) {
      assertThrows(
          IllegalArgumentException.class,
          () -> plan.bind("x", HostArray.allocate(TensorType.float32())));
      assertThrows(IllegalStateException.class, () -> plan.fetch("y"));
      CompletableFuture.runAsync(plan::run).join();
      assertArrayEquals(new float[] {5}, plan.fetch("y").toFloats());
    }
    try (Plan failing =
        plan(
            () -> {
              throw new ArithmeticException("no");
            })) {
      assertThrows(IllegalStateException.class, failing::run);
      failing.bind("x", HostArray.of(Shape.of(1), 6f));
    }
  }

  private static Runnable named(String name, Runnable work) {
    return () -> {
      Thread thread = Thread.currentThread();
      String before = thread.getName();
      thread.setName(name);
      try {
        work.run();
      } finally {
        thread.setName(before);
      }
    };
  }

  private static void passing(CountDownLatch inside, CountDownLatch tried) {
    inside.countDown();
    await(tried);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aHostFunctionThatFailsNamesItsLayer() {
    for (RuntimeException thrown :
        List.of(
            new IllegalArgumentException("label 7 is out of range"),
            new ArithmeticException("label 7 is out of range"))) {
      GraphBuilder builder = new GraphBuilder();
      Runnable failing =
          () -> {
            throw thrown;
          };
      builder.scope(
          "features.0",
          () -> {
            builder.name("y", builder.emit(new Pausing(failing), builder.input("x", ONE)));
            return null;
          });
      try (Plan plan = Plan.of(builder.build(), store, pool)) {
        plan.bind("x", HostArray.allocate(ONE));
        Class<? extends RuntimeException> expected =
            thrown instanceof IllegalArgumentException
                ? IllegalArgumentException.class
                : IllegalStateException.class;
        RuntimeException e = assertThrows(expected, plan::run);
        assertEquals(
            "Pausing (features.0) failed on the host: label 7 is out of range", e.getMessage());
        assertEquals(thrown, e.getCause());
      }
    }
  }
}
