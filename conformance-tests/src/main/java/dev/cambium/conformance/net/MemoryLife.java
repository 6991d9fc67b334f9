package dev.cambium.conformance.net;

import dev.cambium.conformance.check.BackendUnderTest;
import dev.cambium.conformance.check.Expectation;
import dev.cambium.conformance.check.MemoryBaseline;
import dev.cambium.nn.zoo.Zoo;
import dev.cambium.optim.Adam;
import dev.cambium.optim.UpdateRule;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Memory;
import dev.cambium.spi.MemoryStatistics;
import dev.cambium.spi.OutOfMemoryException;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.List;
import java.util.Map;

/** Who owns memory, how long it lives, and that no step takes more of it. */
final class MemoryLife {
  private static final int STEPS = 5;
  private static final Trajectory TRAINING =
      new Trajectory(
          new NetCase("lenet", Zoo.lenet(NetCase.CLASSES), Shape.of(1, 12, 12), 3),
          UpdateRule.of(Adam.of(), 1e-3),
          STEPS);

  private MemoryLife() {}

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new AssertionError(message);
    }
  }

  /** After training, bytes and pieces in use are what they were before. */
  static void checkBaseline(BackendUnderTest backend) {
    try (Backend open = backend.open()) {
      MemoryStatistics before = open.memory();
      TRAINING.train(open, 0);
      MemoryStatistics after = open.memory();
      MemoryBaseline.require("closing everything", before, after);
    }
  }

  /** After the first step neither bytes nor the number of allocations grow. */
  static void checkSteadySteps(BackendUnderTest backend) {
    NetGraph graph = TRAINING.graph(DType.FLOAT32, true);
    List<Map<String, HostArray>> batches = TRAINING.net().batches(0, STEPS);
    try (Backend open = backend.open();
        NetRun run = new NetRun(open, graph, states())) {
      run.run(batches.get(0), 0).fetch(NetGraph.LOSS);
      MemoryStatistics first = open.memory();
      for (int step = 1; step < STEPS; step++) {
        run.run(batches.get(step), step).fetch(NetGraph.LOSS);
      }
      MemoryStatistics last = open.memory();
      require(
          first.equals(last),
          "memory after "
              + (STEPS - 1)
              + " further steps: expected "
              + first
              + " as after the first, got "
              + last);
    }
  }

  /** Closing memory twice does nothing; using it throws. */
  static void checkClosedMemory(BackendUnderTest backend) {
    HostArray value = HostArray.of(Shape.of(3), 1f, 2f, 3f);
    try (Backend open = backend.open()) {
      MemoryStatistics before = open.memory();
      Memory memory = open.allocate(open.bytes(value.type()));
      Memory other = open.allocate(open.bytes(value.type()));
      Buffer closed = open.bind(memory, value.type());
      Buffer live = open.bind(other, value.type());
      open.upload(value.bytes(), closed);
      open.upload(value.bytes(), live);
      memory.close();
      memory.close();
      requireRefused("upload to closed memory", () -> open.upload(value.bytes(), closed));
      requireRefused(
          "download of closed memory", () -> open.download(closed, value.copy().bytes()));
      requireRefused("copy to closed memory", () -> open.copy(live, closed));
      requireRefused("copy from closed memory", () -> open.copy(closed, live));
      requireRefused("fill of closed memory", () -> open.fill(closed, 0));
      HostArray back = HostArray.allocate(value.type());
      open.download(live, back.bytes());
      Expectation.requireSameBits("memory beside closed memory", "value", value, back);
      other.close();
      MemoryStatistics after = open.memory();
      require(
          after.bytes() == before.bytes() && after.allocations() == before.allocations(),
          "memory after closing a piece twice: expected " + before + ", got " + after);
    }
  }

  /** A plan whose working memory was freed does not run, neither natively nor on the host. */
  static void checkFreedWorkingMemory(BackendUnderTest backend) {
    try (Backend open = backend.open();
        NetRun run = new NetRun(open, TRAINING.graph(DType.FLOAT32, true), states())) {
      Map<String, HostArray> batch = TRAINING.net().batches(0, 1).get(0);
      run.run(batch, 0);
      run.freeWorkingMemory();
      requireRefused("a plan over freed memory", () -> run.run(batch, 1));
    }
  }

  private static Map<String, HostArray> states() {
    return TRAINING.net().states(0);
  }

  /** Closing a backend twice does nothing; using it, or memory that it gave, throws. */
  static void checkClosedBackend(BackendUnderTest backend) {
    HostArray value = HostArray.of(Shape.of(3), 1f, 2f, 3f);
    Backend open = backend.open();
    Memory memory = open.allocate(open.bytes(value.type()));
    Buffer buffer = open.bind(memory, value.type());
    open.close();
    open.close();
    requireRefused("allocation on a closed backend", () -> open.allocate(8));
    requireRefused("upload to a closed backend", () -> open.upload(value.bytes(), buffer));
    requireRefused(
        "download from a closed backend", () -> open.download(buffer, value.copy().bytes()));
    requireRefused("fill on a closed backend", () -> open.fill(buffer, 0));
    requireRefused("waiting for a closed backend", open::synchronize);
    memory.close();
  }

  private static void requireRefused(String what, Runnable use) {
    try {
      use.run();
    } catch (IllegalStateException e) {
      return;
    } catch (RuntimeException e) {
      throw new AssertionError(what + ": expected an IllegalStateException, got " + e, e);
    }
    throw new AssertionError(what + ": expected an IllegalStateException, got none");
  }

  /** A request that no machine can meet leaves the backend as it was. */
  static void checkRefusal(BackendUnderTest backend) {
    HostArray value = HostArray.of(new TensorType(DType.INT32, Shape.of(2)), new double[] {7, -7});
    try (Backend open = backend.open();
        Memory memory = open.allocate(open.bytes(value.type()))) {
      Buffer buffer = open.bind(memory, value.type());
      open.upload(value.bytes(), buffer);
      MemoryStatistics before = open.memory();
      try (Memory tooMuch = open.allocate(1L << 60)) {
        throw new AssertionError(
            "2^60 bytes: expected an OutOfMemoryException, got " + tooMuch.bytes() + " bytes");
      } catch (OutOfMemoryException e) {
        MemoryStatistics after = open.memory();
        MemoryBaseline.require("a refusal", before, after);
      }
      HostArray back = HostArray.allocate(value.type());
      open.download(buffer, back.bytes());
      Expectation.requireSameBits("memory after a refusal", "value", value, back);
    }
  }
}
