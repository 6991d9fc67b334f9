package dev.cambium.runtime;

import dev.cambium.graph.Graph;
import dev.cambium.runtime.PlanValue.Home;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Launch;
import dev.cambium.spi.Memory;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A graph made ready for one backend: every kernel prepared, every buffer fixed. {@link #bind} the
 * inputs, {@link #run}, {@link #fetch} what is wanted; again and again, without allocating device
 * memory. For one caller at a time: a second one meanwhile gets an {@link IllegalStateException}.
 * Owns its inputs and kernels; states belong to the store, working memory to the pool.
 *
 * <p>What depends on states alone that the plan itself does not change (packed weights, folded
 * batch norm) is computed again only after a state has changed.
 */
public final class Plan implements AutoCloseable {
  private record Scratch(long bytes) implements Opaque {}

  private final Backend backend;
  private final ParameterStore store;
  private final List<AutoCloseable> owned;
  private final List<Coverage> coverage;
  private final Map<String, PlanValue> inputs;
  private final Map<String, PlanValue> named;
  private final Set<String> unbound;
  private final List<String> changed = new ArrayList<>();
  private final List<String> constantStates = new ArrayList<>();
  private final List<Segment> prologue = new ArrayList<>();
  private final List<Segment> body = new ArrayList<>();
  private final boolean synchronous = Boolean.getBoolean("cambium.sync");
  private final AtomicReference<Thread> caller = new AtomicReference<>();
  private SmallInputs smallInputs;
  private long constantVersion = -1;
  private final LeakReport leak = LeakReport.watch(this, "a plan");
  private boolean ran;
  private boolean closed;

  private Plan(Planner planner, ParameterStore store) {
    this.backend = store.backend();
    this.store = store;
    this.owned = planner.owned;
    this.coverage = List.copyOf(planner.coverage);
    this.inputs = planner.inputs;
    this.named = planner.named;
    this.unbound = new HashSet<>(inputs.keySet());
  }

  /**
   * Prepares {@code graph}.
   *
   * @param graph what to compute; all its named values can be fetched, so {@link Graph#fetching} it
   *     first
   * @param store holds every state of the graph
   * @param pool working memory
   * @throws IllegalArgumentException when a state is missing in the store or has another type
   */
  public static Plan of(Graph graph, ParameterStore store, BufferPool pool) {
    if (pool.backend() != store.backend()) {
      throw new IllegalArgumentException(
          "store and pool must be on the same backend, got "
              + store.backend().name()
              + " and another "
              + pool.backend().name());
    }
    graph
        .states()
        .forEach(state -> checkState(store, state.path(), (TensorType) state.output(0).type()));
    Planner planner = new Planner(store.backend());
    planner.plan(graph);
    Plan plan = new Plan(planner, store);
    try {
      plan.allocate(planner, pool);
    } catch (RuntimeException | Error e) {
      closeAfter(e, plan);
      throw e;
    }
    return plan;
  }

  private static void checkState(ParameterStore store, String name, TensorType type) {
    if (!store.contains(name)) {
      throw new IllegalArgumentException(
          "the parameter store has no state '"
              + name
              + "' of type "
              + type
              + "; create it before the plan");
    }
    if (!store.type(name).equals(type)) {
      throw new IllegalArgumentException(
          "state '"
              + name
              + "' has type "
              + store.type(name)
              + " in the parameter store, the graph expects "
              + type);
    }
  }

  private void allocate(Planner planner, BufferPool pool) {
    List<Step> steps = planner.steps();
    MemoryPlan memory = new MemoryPlan(backend, steps);
    memory.plan(named.values(), planner.assignments);
    List<Long> sizes = new ArrayList<>(memory.slots());
    long scratch = 0;
    for (Step step : steps) {
      scratch = Math.max(scratch, step.kernel() == null ? 0 : step.kernel().scratchBytes());
    }
    sizes.add(scratch);
    List<Memory> pieces = pool.pieces(sizes);
    planner.states.forEach((name, value) -> value.buffer = store.buffer(name));
    smallInputs = SmallInputs.of(backend, inputs.values(), owned);
    inputs.values().stream().filter(input -> !smallInputs.contains(input)).forEach(this::own);
    for (Step step : steps) {
      step.outputs().forEach(output -> bind(output, pieces));
      step.inputs().forEach(input -> bind(input, pieces));
    }
    named.values().forEach(value -> bind(value, pieces));
    planner.assignments.values().forEach(next -> bind(next, pieces));
    Buffer working =
        scratch == 0 ? null : backend.bind(pieces.get(sizes.size() - 1), new Scratch(scratch));
    segment(steps.subList(0, planner.prologueSize()), working, prologue);
    named.replaceAll((name, value) -> atEnd(value, planner));
    List<Segment> stateCopies = stateCopies(planner, memory);
    segment(steps.subList(planner.prologueSize(), steps.size()), working, body);
    body.addAll(stateCopies);
    planner.states.forEach(
        (name, value) ->
            (planner.assignments.containsKey(value) ? changed : constantStates).add(name));
  }

  private void own(PlanValue value) {
    Memory memory = backend.allocate(Math.max(1, backend.bytes(value.type)));
    owned.add(memory);
    value.memory = memory;
    value.buffer = backend.bind(memory, value.type);
  }

  private void bind(PlanValue value, List<Memory> pieces) {
    if (value.buffer != null) {
      return;
    }
    PlanValue root = value.root();
    if (root.memory == null && root.home == Home.LASTING) {
      own(root);
    } else if (root.memory == null && root.slot >= 0) {
      root.memory = pieces.get(root.slot);
    } else if (root.memory == null && root.home == Home.STATE) {
      root.memory = store.memory(root.name);
    }
    if (value.buffer == null && root.memory != null) {
      value.buffer = backend.bind(root.memory, root.offset, value.type);
    }
  }

  private void segment(List<Step> steps, Buffer scratch, List<Segment> into) {
    List<Launch> launches = new ArrayList<>();
    for (Step step : steps) {
      if (step.kernel() == null) {
        into.addAll(natives(launches));
        into.add(new HostSegment(backend, store, step));
      } else {
        launches.add(
            new Launch(
                step.label(),
                step.kernel(),
                buffers(step.inputs()),
                buffers(step.outputs()),
                scratch));
        if (synchronous) {
          into.addAll(natives(launches));
        }
      }
    }
    into.addAll(natives(launches));
  }

  private List<Segment> natives(List<Launch> launches) {
    if (launches.isEmpty()) {
      return List.of();
    }
    Segment segment = new NativeSegment(backend, store, List.copyOf(launches), synchronous);
    owned.add(segment);
    launches.clear();
    return List.of(segment);
  }

  private static Buffer[] buffers(List<PlanValue> values) {
    return values.stream().map(value -> value.buffer).toArray(Buffer[]::new);
  }

  /**
   * What is to be read of {@code value} at the end of a run: the value itself, or, of a state that
   * the run changes, a copy that is made before the first step.
   */
  private PlanValue atEnd(PlanValue value, Planner planner) {
    if (value.home != Home.STATE || !planner.assignments.containsKey(value.root())) {
      return value;
    }
    PlanValue copy = new PlanValue(value.type, value.name, Home.LASTING, -1, null);
    own(copy);
    body.add(copy(value, copy));
    return copy;
  }

  private List<Segment> stateCopies(Planner planner, MemoryPlan memory) {
    List<Segment> copies = new ArrayList<>();
    for (PlanValue state : memory.copied()) {
      PlanValue next = atEnd(planner.assignments.get(state), planner);
      copies.add(copy(next, state));
    }
    return copies;
  }

  private Segment copy(PlanValue from, PlanValue to) {
    return () -> store.guarded(() -> backend.copy(from.buffer, to.buffer));
  }

  /** The names of the inputs. */
  public Set<String> inputs() {
    return Set.copyOf(inputs.keySet());
  }

  /** How each operation runs here. */
  public List<Coverage> coverage() {
    return coverage;
  }

  /**
   * Gives an input its value for the next runs; {@code value} may be changed afterwards. Small
   * inputs go to the device with the next run, all at once.
   *
   * @throws IllegalArgumentException when there is no such input, or its type is another
   */
  public void bind(String name, HostArray value) {
    enter();
    try {
      upload(name, value);
    } finally {
      caller.set(null);
    }
  }

  private void upload(String name, HostArray value) {
    checkOpen();
    PlanValue input = inputs.get(name);
    if (input == null) {
      throw new IllegalArgumentException(
          "there is no input '" + name + "'; the inputs are " + inputs.keySet());
    }
    if (!input.type.equals(value.type())) {
      throw new IllegalArgumentException(
          "input '" + name + "' expects " + input.type + ", got a value of type " + value.type());
    }
    if (smallInputs.contains(input)) {
      smallInputs.stage(input, value);
    } else {
      store.guarded(() -> backend.upload(value.bytes(), input.buffer));
    }
    unbound.remove(name);
  }

  /**
   * Computes everything once, and changes the states. May return before the device is done. An
   * error of the device may be one of runs before: it leaves unknown what this run changes, and the
   * states that were changed since the last wait.
   *
   * @throws IllegalStateException when an input was never bound, the plan is closed, or a failed
   *     run left a state unknown
   */
  public void run() {
    enter();
    try {
      runAlone();
    } finally {
      caller.set(null);
    }
  }

  private void runAlone() {
    checkOpen();
    if (!unbound.isEmpty()) {
      throw new IllegalStateException(
          "inputs " + unbound + " are not bound; call bind() for each before run()");
    }
    store.checkUsable(changed);
    store.checkUsable(constantStates);
    store.guarded(smallInputs::upload);
    try {
      long version = store.versions(constantStates);
      if (version != constantVersion) {
        for (Segment segment : prologue) {
          segment.run();
        }
        constantVersion = version;
      }
      for (Segment segment : body) {
        segment.run();
      }
    } catch (RuntimeException | Error e) {
      if (!changed.isEmpty()) {
        store.fail(changed, e);
      }
      throw e;
    } finally {
      store.changed(changed);
    }
    ran = true;
  }

  /** A copy of a named value after a run; waits for the device. */
  public HostArray fetch(String name) {
    HostArray value = HostArray.allocate(type(name));
    fetch(name, value);
    return value;
  }

  /**
   * Copies a named value into {@code into}; waits for the device. An error of the device that
   * surfaces here leaves the states that were changed since the last wait unknown, as one in {@link
   * #run} does.
   */
  public void fetch(String name, HostArray into) {
    enter();
    try {
      download(name, into);
    } finally {
      caller.set(null);
    }
  }

  private void download(String name, HostArray into) {
    checkOpen();
    if (!ran) {
      throw new IllegalStateException("'" + name + "' has no value yet; call run() before fetch()");
    }
    TensorType type = type(name);
    if (!into.type().equals(type)) {
      throw new IllegalArgumentException(
          "'" + name + "' has type " + type + ", got an array of type " + into.type());
    }
    store.awaited(() -> backend.download(named.get(name).buffer, into.bytes()));
  }

  /** The type of a named value. */
  public TensorType type(String name) {
    PlanValue value = named.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "'" + name + "' is not fetched by this plan; it fetches " + named.keySet());
    }
    return (TensorType) value.type;
  }

  private void enter() {
    Thread inside = caller.compareAndExchange(null, Thread.currentThread());
    if (inside != null) {
      throw new IllegalStateException(
          "the plan is in use by thread "
              + inside.getName()
              + ", and a plan is for one caller at a time; give each thread a plan and a pool of"
              + " its own, or hold a lock from bind() to fetch()");
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the plan is closed");
    }
  }

  /**
   * Frees inputs, kernels and what lasts from run to run.
   *
   * @throws IllegalStateException when another thread uses the plan
   */
  @Override
  public void close() {
    enter();
    try {
      if (!closed) {
        closed = true;
        leak.closed();
        closeAll(owned);
        owned.clear();
      }
    } finally {
      caller.set(null);
    }
  }

  /** Closes all resources, the last one first; one that cannot be closed holds up no other. */
  static void closeAll(List<? extends AutoCloseable> resources) {
    IllegalStateException failure = new IllegalStateException("memory or kernels were not freed");
    for (int i = resources.size() - 1; i >= 0; i--) {
      closeAfter(failure, resources.get(i));
    }
    if (failure.getSuppressed().length > 0) {
      throw failure;
    }
  }

  /** Closes {@code resource} because of {@code cause}, which stays what is reported. */
  static void closeAfter(Throwable cause, AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception | Error e) {
      cause.addSuppressed(e);
    }
  }
}
