package dev.cambium.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.graph.GraphBuilder;
import dev.cambium.op.Activate;
import dev.cambium.op.Activation;
import dev.cambium.op.Affine;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.HostFunction;
import dev.cambium.op.Op;
import dev.cambium.op.Reshape;
import dev.cambium.op.Value;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static final TensorType TWO = TensorType.float32(2);

  private final Backend backend = new ReferenceProvider().open(BackendConfig.defaults());
  private final ParameterStore store = new ParameterStore(backend);
  private final BufferPool pool = new BufferPool(backend);
  private final GraphBuilder builder = new GraphBuilder();

  @AfterEach
  void everythingIsFreed() {
    store.close();
    pool.close();
    assertEquals(0, backend.memory().bytes());
    backend.close();
  }

  @Test
  void aStateBecomesItsNextValueAndReadersBeforeSeeTheOldOne() {
    Value s = state("s", 1, 2);
    Value read = affine(s, 10, 0);
    builder.assign(s, affine(s, 1, 1));
    builder.name("read", read);
    try (Plan plan = plan("read")) {
      plan.run();
      assertArrayEquals(new float[] {10, 20}, plan.fetch("read").toFloats());
      plan.run();
      assertArrayEquals(new float[] {20, 30}, plan.fetch("read").toFloats());
    }
    assertArrayEquals(new float[] {3, 4}, store.get("s").toFloats());
  }

  @Test
  void aReaderAfterTheUpdateStillSeesTheOldValue() {
    Value s = state("s", 1, 2);
    builder.assign(s, affine(s, 1, 1));
    builder.name("read", affine(s, 10, 0));
    try (Plan plan = plan("read")) {
      plan.run();
      assertArrayEquals(new float[] {10, 20}, plan.fetch("read").toFloats());
    }
    assertArrayEquals(new float[] {2, 3}, store.get("s").toFloats());
  }

  @Test
  void twoStatesCanChangePlaces() {
    Value a = state("a", 1, 2);
    Value b = state("b", 3, 4);
    builder.assign(a, b);
    builder.assign(b, a);
    try (Plan plan = plan()) {
      plan.run();
    }
    assertArrayEquals(new float[] {3, 4}, store.get("a").toFloats());
    assertArrayEquals(new float[] {1, 2}, store.get("b").toFloats());
  }

  @Test
  void aStateThatBecomesAnotherOneGetsItsOldValueWhicheverIsAssignedFirst() {
    Value a = state("a", 1, 2);
    Value b = state("b", 3, 4);
    builder.assign(a, affine(a, 1, 1));
    builder.assign(b, a);
    try (Plan plan = plan()) {
      plan.run();
    }
    assertArrayEquals(new float[] {2, 3}, store.get("a").toFloats());
    assertArrayEquals(new float[] {1, 2}, store.get("b").toFloats());
  }

  @Test
  void aStateCanBecomeAViewOfAnotherValue() {
    Value row = state("row", 1, 2);
    store.create("column", HostArray.of(Shape.of(2, 1), 0f, 0f));
    Value column = builder.state("column", TensorType.float32(2, 1));
    builder.assign(column, builder.emit(new Reshape(Shape.of(2, 1)), row));
    try (Plan plan = plan()) {
      plan.run();
    }
    assertArrayEquals(new float[] {1, 2}, store.get("column").toFloats());
  }

  @Test
  void aStateIsFetchedAsItWasBeforeTheRunThatChangesIt() {
    Value s = state("s", 1, 2);
    builder.assign(s, affine(s, 1, 1));
    builder.name("before", s);
    builder.name("view", builder.emit(new Reshape(Shape.of(2, 1)), s));
    try (Plan plan = plan("before", "view")) {
      plan.run();
      plan.run();
      assertArrayEquals(new float[] {2, 3}, plan.fetch("before").toFloats());
      assertArrayEquals(new float[] {2, 3}, plan.fetch("view").toFloats());
    }
    assertArrayEquals(new float[] {3, 4}, store.get("s").toFloats());
  }

  @Test
  void anUpdateInPlaceNeedsNoMemoryOfItsOwn() {
    Value s = state("s", 1, 2);
    builder.assign(s, affine(s, 2, 0));
    long before = backend.memory().bytes();
    try (Plan plan = plan()) {
      assertEquals(before, backend.memory().bytes());
      plan.run();
    }
    assertArrayEquals(new float[] {2, 4}, store.get("s").toFloats());
  }

  @Test
  void temporariesTakeTurnsInTheSameMemory() {
    Value x = builder.input("x", TensorType.float32(1000));
    for (int i = 0; i < 20; i++) {
      x = builder.emit(new Activate(new Activation.Tanh()), affine(x, 2, 0));
    }
    builder.name("y", x);
    long before = backend.memory().bytes();
    try (Plan plan = plan("y")) {
      plan.bind("x", HostArray.allocate(TensorType.float32(1000)));
      plan.run();
      long one = backend.bytes(TensorType.float32(1000));
      assertTrue(
          backend.memory().bytes() - before <= 2 * one,
          "an input and one piece for all temporaries");
    }
  }

  @Test
  void runningAgainAllocatesNothing() {
    Value x = builder.input("x", TWO);
    builder.name("y", builder.emit(new BinaryMath(BinaryMath.Function.ADD), x, state("s", 1, 1)));
    try (Plan plan = plan("y")) {
      plan.bind("x", HostArray.of(Shape.of(2), 1f, 2f));
      plan.run();
      long allocations = backend.memory().totalAllocations();
      for (int i = 0; i < 10; i++) {
        plan.run();
      }
      assertEquals(allocations, backend.memory().totalAllocations());
    }
  }

  @Test
  void whatDependsOnStatesAloneIsComputedOnceUntilAStateChanges() {
    AtomicInteger runs = new AtomicInteger();
    Value counted = builder.emit(new Counted(runs), state("w", 1, 2));
    Value x = builder.input("x", TWO);
    builder.name("y", builder.emit(new BinaryMath(BinaryMath.Function.MULTIPLY), x, counted));
    try (Plan plan = plan("y")) {
      plan.bind("x", HostArray.of(Shape.of(2), 3f, 3f));
      plan.run();
      plan.run();
      assertEquals(1, runs.get());
      store.set("w", HostArray.of(Shape.of(2), 5f, 6f));
      plan.run();
      assertEquals(2, runs.get());
      assertArrayEquals(new float[] {15, 18}, plan.fetch("y").toFloats());
    }
  }

  @Test
  void aFailingStepLeavesTheStoreUnusableUntilItIsRestored() {
    Value s = state("s", 1, 2);
    builder.assign(s, builder.emit(new Failing(), s));
    var snapshot = store.snapshot();
    try (Plan plan = plan()) {
      assertThrows(IllegalStateException.class, plan::run);
      IllegalStateException dirty = assertThrows(IllegalStateException.class, () -> store.get("s"));
      assertTrue(dirty.getMessage().contains("restore"), dirty.getMessage());
      store.restore(snapshot);
      assertArrayEquals(new float[] {1, 2}, store.get("s").toFloats());
    }
  }

  @Test
  void restoringSomeStatesLeavesTheOthersOfAFailedRunUnusable() {
    Value s = state("s", 1, 2);
    Value slot = state("slot", 3, 4);
    state("untouched", 5, 6);
    builder.assign(slot, affine(slot, 2, 0));
    builder.assign(s, builder.emit(new Failing(), s));
    var weights = store.snapshot(List.of("s"));
    try (Plan plan = plan()) {
      assertThrows(IllegalStateException.class, plan::run);
      assertArrayEquals(new float[] {5, 6}, store.get("untouched").toFloats());
      store.restore(weights);
      assertArrayEquals(new float[] {1, 2}, store.get("s").toFloats());
      assertThrows(IllegalStateException.class, () -> store.get("slot"));
      String message = assertThrows(IllegalStateException.class, plan::run).getMessage();
      assertTrue(message.contains("slot") && message.contains("restore"), message);
      store.set("slot", HostArray.of(Shape.of(2), 0f, 0f));
      assertArrayEquals(new float[] {0, 0}, store.get("slot").toFloats());
    }
  }

  @Test
  void nothingCanBeFetchedBeforeARun() {
    builder.name("y", affine(builder.input("x", TWO), 1, 1));
    try (Plan plan = plan("y")) {
      String message =
          assertThrows(IllegalStateException.class, () -> plan.fetch("y")).getMessage();
      assertTrue(message.contains("run()"), message);
    }
  }

  @Test
  void storeAndPoolMustBeOnOneBackend() {
    builder.name("y", affine(builder.input("x", TWO), 1, 1));
    try (Backend other = new ReferenceProvider().open(BackendConfig.defaults());
        BufferPool elsewhere = new BufferPool(other)) {
      assertThrows(
          IllegalArgumentException.class, () -> Plan.of(builder.build(), store, elsewhere));
    }
  }

  @Test
  void inputsMustBeBoundWithTheirType() {
    builder.name("y", affine(builder.input("x", TWO), 1, 1));
    try (Plan plan = plan("y")) {
      assertTrue(assertThrows(IllegalStateException.class, plan::run).getMessage().contains("[x]"));
      IllegalArgumentException error =
          assertThrows(
              IllegalArgumentException.class,
              () -> plan.bind("x", HostArray.of(Shape.of(3), 1f, 2f, 3f)));
      assertEquals(
          "input 'x' expects FLOAT32[2], got a value of type FLOAT32[3]", error.getMessage());
      assertThrows(
          IllegalArgumentException.class, () -> plan.bind("z", HostArray.of(Shape.of(2), 1f, 2f)));
    }
  }

  @Test
  void aMissingStateIsNamed() {
    builder.name("y", affine(builder.state("absent", TWO), 1, 0));
    IllegalArgumentException error = assertThrows(IllegalArgumentException.class, () -> plan("y"));
    assertTrue(error.getMessage().contains("'absent'"), error.getMessage());
  }

  @Test
  void aBackendWithMemoryAloneComputesTheSame() {
    try (Backend memoryOnly = new MemoryOnlyBackend();
        ParameterStore other = new ParameterStore(memoryOnly);
        BufferPool otherPool = new BufferPool(memoryOnly)) {
      other.create("s", HostArray.of(Shape.of(2), 1f, 2f));
      Value s = builder.state("s", TWO);
      builder.name("y", builder.emit(new Activate(Activation.RELU), affine(s, -1, 1.5)));
      try (Plan plan = Plan.of(builder.build(), other, otherPool)) {
        plan.run();
        assertArrayEquals(new float[] {0.5f, 0}, plan.fetch("y").toFloats());
        assertTrue(plan.coverage().stream().allMatch(c -> c.how() == Coverage.How.HOST));
        assertEquals("memory only", plan.coverage().get(0).reason());
      }
    }
  }

  private Value state(String name, float... values) {
    store.create(name, HostArray.of(Shape.of(values.length), values));
    return builder.state(name, TensorType.float32(values.length));
  }

  private Value affine(Value x, double scale, double shift) {
    return builder.emit(new Affine(scale, shift), x);
  }

  private Plan plan(String... names) {
    return Plan.of(builder.build().fetching(List.of(names)), store, pool);
  }

  private record Counted(AtomicInteger runs) implements Op {
    @Override
    public List<ValueType> infer(List<ValueType> inputs) {
      return inputs;
    }

    @Override
    public Optional<HostFunction> host() {
      return Optional.of(
          (in, out) -> {
            runs.incrementAndGet();
            System.arraycopy(in.get(0).values(), 0, out.get(0).values(), 0, 2);
          });
    }
  }

  private record Failing() implements Op {
    @Override
    public List<ValueType> infer(List<ValueType> inputs) {
      return inputs;
    }

    @Override
    public Optional<HostFunction> host() {
      return Optional.of(
          (in, out) -> {
            throw new IllegalStateException("broken on purpose");
          });
    }
  }
}
