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
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;

/** Many threads, many runs, and too little memory. */
final class Stress {
  private static final int THREADS = 4;
  private static final int RUNS = 50;
  private static final int CAPS = 12;

  private static final Trajectory TRAINING =
      new Trajectory(
          new NetCase("lenet, three steps", Zoo.lenet(NetCase.CLASSES), Shape.of(1, 12, 16), 3),
          UpdateRule.of(Adam.of(), 1e-3),
          3);

  private Stress() {}

  /** Several threads train on one backend, each its own model: as if each were alone. */
  static void checkThreads(BackendUnderTest backend) {
    try (Backend open = backend.open()) {
      MemoryStatistics before = open.memory();
      List<Map<String, HostArray>> alone = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        alone.add(TRAINING.train(open, thread));
      }
      List<Map<String, HostArray>> beside =
          together("a thread beside others", thread -> TRAINING.train(open, thread));
      for (int thread = 0; thread < THREADS; thread++) {
        Map<String, HostArray> got = beside.get(thread);
        String where = "thread " + thread + " of " + THREADS;
        alone
            .get(thread)
            .forEach(
                (name, value) -> Expectation.requireSameBits(where, name, value, got.get(name)));
      }
      MemoryBaseline.require("after " + THREADS + " threads", before, open.memory());
    }
  }

  /**
   * What a task gives on each of several threads at once. All have ended when this returns or
   * throws, so that nothing is closed under one; a thread that does not end keeps no process alive.
   */
  private static <T> List<T> together(String what, IntFunction<T> task) {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            THREADS,
            runnable -> {
              Thread thread = new Thread(runnable, "conformance, " + what);
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<CompletableFuture<T>> running = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        int number = thread;
        running.add(CompletableFuture.supplyAsync(() -> task.apply(number), threads));
      }
      CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).join();
      return running.stream().map(CompletableFuture::join).toList();
    } catch (CompletionException e) {
      throw new AssertionError(what + ": " + e.getCause(), e);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Threads that fill, upload, copy and download memory of their own at the same time. */
  static void checkTransfers(BackendUnderTest backend) {
    try (Backend open = backend.open()) {
      together(
          "transfers on several threads",
          thread -> {
            transfer(open, thread);
            return thread;
          });
    }
  }

  private static void transfer(Backend open, int thread) {
    RandomStream random = new RandomStream(thread, "transfers");
    for (int round = 0; round < RUNS; round++) {
      Shape shape =
          round % 2 == 0
              ? Shape.of(1 + random.nextInt(3), 3, 5, 1 + random.nextInt(7))
              : Shape.of(1 + random.nextInt(1000));
      TensorType type = new TensorType(DType.FLOAT32, shape);
      HostArray value = HostArray.allocate(type);
      for (int i = 0; i < shape.intSize(); i++) {
        value.set(i, random.nextGaussian());
      }
      try (Memory first = open.allocate(open.bytes(type));
          Memory second = open.allocate(open.bytes(type))) {
        Buffer from = open.bind(first, type);
        Buffer to = open.bind(second, type);
        open.fill(to, thread);
        open.upload(value.bytes(), from);
        open.copy(from, to);
        HostArray back = HostArray.allocate(type);
        open.download(to, back.bytes());
        Expectation.requireSameBits("thread " + thread + ", round " + round, "copy", value, back);
      }
    }
  }

  /** The same plan on the same inputs, over and over: what depends on timing shows. */
  static void checkManyRuns(BackendUnderTest backend) {
    NetCase net = TRAINING.net();
    NetGraph graph = NetGraph.gradients(net.network(DType.FLOAT32), net.batch(), true);
    NetGraph pure =
        new NetGraph(graph.graph().withoutAssignments(), graph.states(), graph.stepInputs());
    Map<String, HostArray> batch = net.batches(0, 1).get(0);
    try (Backend open = backend.open();
        NetRun run = new NetRun(open, pure, net.states(0))) {
      Map<String, HostArray> first = run.run(batch, 0).results();
      for (int i = 2; i <= RUNS; i++) {
        Map<String, HostArray> again = run.run(batch, 0).results();
        String where = "run " + i;
        first.forEach(
            (name, value) -> Expectation.requireSameBits(where, name, value, again.get(name)));
      }
    }
  }

  /** Two models take turns on a backend, until one is closed; neither disturbs the other. */
  static void checkTurns(BackendUnderTest backend) {
    NetCase net = TRAINING.net();
    NetGraph graph = TRAINING.graph(DType.FLOAT32, true);
    int last = TRAINING.steps() - 1;
    try (Backend open = backend.open()) {
      List<Map<String, HostArray>> alone =
          List.of(TRAINING.train(open, 0), TRAINING.train(open, 1));
      try (NetRun second = new NetRun(open, graph, net.states(1))) {
        List<Map<String, HostArray>> batches = net.batches(1, TRAINING.steps());
        try (NetRun first = new NetRun(open, graph, net.states(0))) {
          for (int step = 0; step <= last; step++) {
            first.run(net.batches(0, TRAINING.steps()).get(step), step);
            if (step < last) {
              second.run(batches.get(step), step);
            }
          }
          requireSameStates("model 0 in turn with another", alone.get(0), first.states());
        }
        second.run(batches.get(last), last);
        requireSameStates("model 1 after another was closed", alone.get(1), second.states());
      }
    }
  }

  /** The states; {@code trained} has the losses besides. */
  private static void requireSameStates(
      String where, Map<String, HostArray> trained, Map<String, HostArray> states) {
    states.forEach(
        (name, value) -> Expectation.requireSameBits(where, name, trained.get(name), value));
  }

  /**
   * With less memory than training takes, at whatever point it runs out: an {@link
   * OutOfMemoryException}, nothing kept, and the backend as good as before. With just enough it
   * trains.
   */
  static void checkCaps(BackendUnderTest backend) {
    long needed;
    Map<String, HostArray> expected;
    try (Backend open = backend.open()) {
      expected = TRAINING.train(open, 0);
      needed = open.memory().peakBytes();
    }
    for (int cap = 0; cap < CAPS; cap++) {
      long limit = needed * cap / CAPS;
      try (Backend open = capped(backend, limit)) {
        requireRefused(open, limit, needed);
      }
    }
    try (Backend open = capped(backend, needed)) {
      Map<String, HostArray> got = TRAINING.train(open, 0);
      expected.forEach(
          (name, value) ->
              Expectation.requireSameBits(
                  "with exactly the memory that it takes", name, value, got.get(name)));
    }
  }

  private static Backend capped(BackendUnderTest backend, long limit) {
    return backend.open(backend.name() + ".memoryLimit", Long.toString(limit));
  }

  private static void requireRefused(Backend open, long limit, long needed) {
    String where = "with a memory limit of " + limit + " bytes of the " + needed + " that it takes";
    MemoryStatistics before = open.memory();
    try {
      TRAINING.train(open, 0);
      throw new AssertionError(where + ": expected an OutOfMemoryException, got none");
    } catch (OutOfMemoryException e) {
      MemoryBaseline.require(where, before, open.memory());
    }
    TensorType small = TensorType.of(DType.FLOAT32, 4);
    if (open.bytes(small) <= limit) {
      HostArray value = HostArray.of(Shape.of(4), 1f, 2f, 3f, 4f);
      try (Memory memory = open.allocate(open.bytes(small))) {
        Buffer buffer = open.bind(memory, small);
        open.upload(value.bytes(), buffer);
        HostArray back = HostArray.allocate(small);
        open.download(buffer, back.bytes());
        Expectation.requireSameBits(where + ", afterwards", "value", value, back);
      }
    }
  }
}
