package dev.cambium.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.graph.GraphBuilder;
import dev.cambium.op.Affine;
import dev.cambium.op.Fill;
import dev.cambium.op.UnaryMath;
import dev.cambium.op.Value;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.OutOfMemoryException;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

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

  /** Negates {@code other}, and names the old value: a copy, a launch, and no wait. */
  private Plan negating() {
    store.create("other", HostArray.of(Shape.of(1), 5f));
    GraphBuilder builder = new GraphBuilder();
    Value other = builder.state("other", store.type("other"));
    builder.assign(other, builder.emit(new UnaryMath(UnaryMath.Function.NEGATE), other));
    builder.name("before", other);
    return Plan.of(builder.build(), store, pool);
  }

  @ParameterizedTest
  @EnumSource(
      value = LateBackend.Call.class,
      names = {"LAUNCH", "COPY"})
  void anErrorThatSurfacesInARunMakesUnknownWhatRunsBeforeHaveChanged(LateBackend.Call call) {
    backend.surfaceAt(call);
    try (Plan plan = counting();
        Plan second = negating()) {
      store.create("constant", HostArray.of(Shape.of(1), 7f));
      Map<String, HostArray> saved = store.snapshot();
      backend.failAt("Affine");
      plan.run();
      assertEquals(
          "Affine ran out of bounds",
          assertThrows(IllegalStateException.class, second::run).getMessage());
      assertThrows(IllegalStateException.class, () -> store.get("other"));
      String why = assertThrows(IllegalStateException.class, plan::run).getMessage();
      assertTrue(why.contains("the states [counter, other] are unknown"), why);
      assertArrayEquals(new float[] {7}, store.get("constant").toFloats());
      store.restore(saved);
      second.run();
      assertArrayEquals(new float[] {-5}, store.get("other").toFloats());
    }
  }

  @Test
  void anErrorThatSurfacesInARunOfAPlanWithoutStatesMakesTheChangedStatesUnknown() {
    backend.surfaceAt(LateBackend.Call.LAUNCH);
    GraphBuilder builder = new GraphBuilder();
    Value x = builder.input("x", TensorType.float32(1));
    builder.name("y", builder.emit(new UnaryMath(UnaryMath.Function.NEGATE), x));
    try (Plan plan = counting();
        Plan stateless = Plan.of(builder.build(), store, pool)) {
      stateless.bind("x", HostArray.of(Shape.of(1), 2f));
      backend.failAt("Affine");
      plan.run();
      assertThrows(IllegalStateException.class, stateless::run);
      unknown(plan::run);
      stateless.run();
      assertArrayEquals(new float[] {-2}, stateless.fetch("y").toFloats());
    }
  }

  @Test
  void anErrorThatSurfacesInAnUploadMakesTheChangedStatesUnknown() {
    backend.surfaceAt(LateBackend.Call.UPLOAD);
    try (Plan plan = counting()) {
      backend.failAt("Affine");
      plan.run();
      assertThrows(IllegalStateException.class, this::negating);
      unknown(plan::run);
      assertEquals(List.of("counter"), List.copyOf(store.names()));
    }
  }

  @Test
  void anErrorThatSurfacesWhenAHostFunctionsResultIsGivenBackMakesTheChangedStatesUnknown() {
    backend.surfaceAt(LateBackend.Call.UPLOAD);
    backend.decline("Fill");
    GraphBuilder builder = new GraphBuilder();
    builder.name("y", builder.emit(new Fill(TensorType.float32(1), 3)));
    try (Plan plan = counting();
        Plan onTheHost = Plan.of(builder.build(), store, pool)) {
      backend.failAt("Affine");
      plan.run();
      assertThrows(IllegalStateException.class, onTheHost::run);
      unknown(plan::run);
    }
  }

  private static Stream<RuntimeException> refusals() {
    return Stream.of(new OutOfMemoryException("full"), new IllegalArgumentException("no such"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aTransferThatIsRefusedLeavesTheStatesAsTheyWere(RuntimeException refusal) {
    try (Plan plan = counting()) {
      plan.run();
      for (Executable transfer :
          List.<Executable>of(
              () -> store.get("counter"),
              () -> plan.fetch("before"),
              () -> store.set("counter", HostArray.of(Shape.of(1), 9f)),
              () -> store.create("other", HostArray.of(Shape.of(1), 9f)))) {
        backend.refuse(refusal);
        assertSame(refusal, assertThrows(RuntimeException.class, transfer));
      }
      assertArrayEquals(new float[] {1}, store.get("counter").toFloats());
      plan.run();
      assertArrayEquals(new float[] {1}, plan.fetch("before").toFloats());
    }
  }

  @Test
  void aTransferThatIsRefusedConfirmsNothing() {
    try (Plan plan = counting()) {
      backend.failAt("Affine");
      plan.run();
      backend.refuse(new OutOfMemoryException("full"));
      assertThrows(OutOfMemoryException.class, () -> store.get("counter"));
      assertThrows(IllegalStateException.class, () -> store.get("counter"));
      unknown(plan::run);
    }
  }

  @Test
  void whatAWaitHasConfirmedStaysUsable() {
    try (Plan plan = counting()) {
      plan.run();
      plan.fetch("before");
      try (Plan second = negating()) {
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
