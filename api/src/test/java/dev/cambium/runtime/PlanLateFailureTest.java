package dev.cambium.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.graph.GraphBuilder;
import dev.cambium.op.Affine;
import dev.cambium.op.UnaryMath;
import dev.cambium.op.Value;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Errors of the device that nobody hears of before the next wait. */
class PlanLateFailureTest {
  private final LateBackend backend =
      new LateBackend(new ReferenceProvider().open(BackendConfig.defaults()));
  private final ParameterStore store = new ParameterStore(backend);
  private final BufferPool pool = new BufferPool(backend);

  @AfterEach
  void close() {
    store.close();
    pool.close();
    backend.close();
  }

  /** Counts {@code counter} up, and names its old value. */
  private Plan counting() {
    store.create("counter", HostArray.of(Shape.of(1), 0f));
    GraphBuilder builder = new GraphBuilder();
    Value counter = builder.state("counter", store.type("counter"));
    builder.assign(counter, builder.emit(new Affine(1, 1), counter));
    builder.name("before", counter);
    return Plan.of(builder.build(), store, pool);
  }

  private static void unknown(Runnable action) {
    IllegalStateException e = assertThrows(IllegalStateException.class, action::run);
    assertTrue(e.getMessage().contains("the states [counter] are unknown"), e.getMessage());
    assertEquals("Affine ran out of bounds", e.getCause().getMessage());
  }

  @Test
  void anErrorThatSurfacesWhenAValueIsFetchedMakesTheChangedStatesUnknown() {
    try (Plan plan = counting()) {
      Map<String, HostArray> saved = store.snapshot();
      backend.failAt("Affine");
      plan.run();
      assertEquals(
          "Affine ran out of bounds",
          assertThrows(IllegalStateException.class, () -> plan.fetch("before")).getMessage());
      unknown(plan::run);
      unknown(() -> store.get("counter"));
      store.restore(saved);
      plan.run();
      assertArrayEquals(new float[] {0}, plan.fetch("before").toFloats());
    }
  }

  @Test
  void anErrorThatSurfacesWhenAStateIsReadMakesAllChangedStatesUnknown() {
    try (Plan plan = counting()) {
      store.create("constant", HostArray.of(Shape.of(1), 7f));
      backend.failAt("Affine");
      plan.run();
      plan.run();
      assertThrows(IllegalStateException.class, () -> store.get("constant"));
      unknown(() -> store.get("counter"));
      assertArrayEquals(new float[] {7}, store.get("constant").toFloats());
    }
  }

  @Test
  void anErrorThatSurfacesWhenAnotherPlanWaitsMakesTheChangedStatesUnknown() {
    backend.decline("UnaryMath");
    store.create("constant", HostArray.of(Shape.of(1), 7f));
    GraphBuilder builder = new GraphBuilder();
    Value constant = builder.state("constant", store.type("constant"));
    builder.name("y", builder.emit(new UnaryMath(UnaryMath.Function.NEGATE), constant));
    try (Plan plan = counting();
        Plan onTheHost = Plan.of(builder.build(), store, pool)) {
      backend.failAt("Affine");
      plan.run();
      assertThrows(IllegalStateException.class, onTheHost::run);
      unknown(plan::run);
      onTheHost.run();
      assertArrayEquals(new float[] {-7}, onTheHost.fetch("y").toFloats());
    }
  }

  @Test
  void whatAWaitHasConfirmedStaysUsable() {
    try (Plan plan = counting()) {
      plan.run();
      plan.fetch("before");
      store.create("other", HostArray.of(Shape.of(1), 0f));
      GraphBuilder builder = new GraphBuilder();
      Value other = builder.state("other", store.type("other"));
      builder.assign(other, builder.emit(new UnaryMath(UnaryMath.Function.NEGATE), other));
      try (Plan second = Plan.of(builder.build(), store, pool)) {
        backend.failAt("UnaryMath");
        second.run();
        assertThrows(IllegalStateException.class, () -> store.get("counter"));
      }
      assertThrows(IllegalStateException.class, () -> store.get("other"));
      assertArrayEquals(new float[] {1}, store.get("counter").toFloats());
    }
  }

  @Test
  void whatWasComputedOnceIsComputedAgainAfterAnError() {
    store.create("weight", HostArray.of(Shape.of(1), 3f));
    GraphBuilder builder = new GraphBuilder();
    Value weight = builder.state("weight", store.type("weight"));
    Value packed = builder.emit(new Affine(2, 0), weight);
    builder.name("y", builder.emit(new UnaryMath(UnaryMath.Function.NEGATE), packed));
    try (Plan plan = Plan.of(builder.build().fetching(List.of("y")), store, pool)) {
      backend.failAt("Affine");
      plan.run();
      assertThrows(IllegalStateException.class, () -> plan.fetch("y"));
      plan.run();
      assertArrayEquals(new float[] {-6}, plan.fetch("y").toFloats());
    }
  }
}
