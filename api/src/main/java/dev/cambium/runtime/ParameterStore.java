package dev.cambium.runtime;

import dev.cambium.spi.Backend;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Memory;
import dev.cambium.spi.OutOfMemoryException;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The states of a model on one backend: parameters, running statistics, optimiser slots, counters.
 * Training and evaluation plans share one store; a state's memory never moves. Owns its memory;
 * safe for use from several threads as long as one of them at most runs a plan that changes states.
 */
public final class ParameterStore implements AutoCloseable {
  private static final class State {
    final TensorType type;
    final Memory memory;
    final Buffer buffer;
    long version;

    State(TensorType type, Memory memory, Buffer buffer) {
      this.type = type;
      this.memory = memory;
      this.buffer = buffer;
    }
  }

  private final Backend backend;
  private final Map<String, State> states = new LinkedHashMap<>();
  private final Set<String> dirty = new LinkedHashSet<>();

  /** When each state was changed that no wait has confirmed since, by a count of changes. */
  private final Map<String, Long> unconfirmed = new HashMap<>();

  private long changes;
  private long failures;
  private Throwable failure;
  private final LeakReport leak = LeakReport.watch(this, "a parameter store");
  private boolean closed;

  /** An empty store. */
  public ParameterStore(Backend backend) {
    this.backend = backend;
  }

  /** The backend that holds the states. */
  public Backend backend() {
    return backend;
  }

  /** The names of the states, in the order in which they were created. */
  public synchronized Set<String> names() {
    return Collections.unmodifiableSet(new LinkedHashSet<>(states.keySet()));
  }

  /** Whether there is a state of that name. */
  public synchronized boolean contains(String name) {
    checkOpen();
    return states.containsKey(name);
  }

  /** The type of a state. */
  public synchronized TensorType type(String name) {
    return state(name).type;
  }

  /**
   * Adds a state.
   *
   * @throws IllegalArgumentException when the name is taken
   */
  public synchronized void create(String name, HostArray initial) {
    checkOpen();
    if (states.containsKey(name)) {
      throw new IllegalArgumentException(
          "there is a state '" + name + "' already; use set() to change it");
    }
    Memory memory = backend.allocate(Math.max(1, backend.bytes(initial.type())));
    try {
      State state = new State(initial.type(), memory, backend.bind(memory, initial.type()));
      guarded(() -> backend.upload(initial.bytes(), state.buffer));
      states.put(name, state);
    } catch (RuntimeException | Error e) {
      Plan.closeAfter(e, memory);
      throw e;
    }
  }

  /**
   * Replaces a state's value.
   *
   * @throws IllegalArgumentException when there is no such state, or its type is another
   */
  public synchronized void set(String name, HostArray value) {
    checkOpen();
    State state = stateUnchecked(name);
    if (!state.type.equals(value.type())) {
      throw new IllegalArgumentException(
          "state '" + name + "' has type " + state.type + ", got a value of type " + value.type());
    }
    guarded(() -> backend.upload(value.bytes(), state.buffer));
    state.version++;
    dirty.remove(name);
    unconfirmed.remove(name);
  }

  /**
   * A copy of a state's value; waits for the device. An error of the device that surfaces here
   * leaves the states that were changed since the last wait unknown.
   */
  public synchronized HostArray get(String name) {
    State state = state(name);
    HostArray value = HostArray.allocate(state.type);
    awaited(() -> backend.download(state.buffer, value.bytes()));
    return value;
  }

  /** Copies of all states' values, by name. */
  public synchronized Map<String, HostArray> snapshot() {
    return snapshot(states.keySet());
  }

  /** Copies of the named states' values. */
  public synchronized Map<String, HostArray> snapshot(Collection<String> names) {
    Map<String, HostArray> values = new LinkedHashMap<>();
    names.forEach(name -> values.put(name, get(name)));
    return values;
  }

  /**
   * Replaces the values of the named states, all or none; those that a failed run left unknown are
   * usable again.
   *
   * @throws IllegalArgumentException when a name is unknown or a type another; nothing was changed
   *     then
   */
  public synchronized void restore(Map<String, HostArray> values) {
    checkOpen();
    values.forEach(
        (name, value) -> {
          if (!stateUnchecked(name).type.equals(value.type())) {
            throw new IllegalArgumentException(
                "state '"
                    + name
                    + "' has type "
                    + stateUnchecked(name).type
                    + ", got a value of type "
                    + value.type());
          }
        });
    values.forEach(this::set);
  }

  /** The memory of a state; valid until the store is closed. */
  synchronized Buffer buffer(String name) {
    return state(name).buffer;
  }

  /** The piece of memory of a state. */
  synchronized Memory memory(String name) {
    return state(name).memory;
  }

  /**
   * A number that grows whenever one of the states changes, and whenever the device fails, as what
   * was computed from them may then be lost.
   */
  synchronized long versions(Collection<String> names) {
    long sum = failures;
    for (String name : names) {
      sum += stateUnchecked(name).version;
    }
    return sum;
  }

  /** Throws when a failed run left one of the named states in an unknown condition. */
  synchronized void checkUsable(Collection<String> names) {
    checkOpen();
    if (names.stream().anyMatch(dirty::contains)) {
      throw new IllegalStateException(
          "a run failed half-way, so the states "
              + dirty
              + " are unknown; restore them from a checkpoint or a snapshot before going on",
          failure);
    }
  }

  synchronized void changed(Collection<String> names) {
    changes++;
    for (String name : names) {
      stateUnchecked(name).version++;
      unconfirmed.put(name, changes);
    }
  }

  /**
   * Runs what waits for the device. When it fails, the device may have failed at any launch since
   * the last wait, so what was changed since then is unknown.
   */
  void awaited(Runnable wait) {
    long before = changes();
    guarded(wait);
    confirm(before);
  }

  /**
   * Runs what may report an error of the device from before. A call that was refused, for lack of
   * memory or for its arguments, reports none: nothing came to the device, and the states are what
   * they were.
   */
  void guarded(Runnable call) {
    try {
      call.run();
    } catch (OutOfMemoryException | IllegalArgumentException refused) {
      throw refused;
    } catch (RuntimeException | Error e) {
      failUnconfirmed(e);
      throw e;
    }
  }

  private synchronized long changes() {
    return changes;
  }

  private synchronized void confirm(long upTo) {
    unconfirmed.values().removeIf(change -> change <= upTo);
  }

  private synchronized void failUnconfirmed(Throwable cause) {
    fail(List.copyOf(unconfirmed.keySet()), cause);
  }

  /**
   * Marks the named states as unusable: a run that changes them failed half-way. {@link #set} and
   * {@link #restore} make them clean again.
   */
  synchronized void fail(Collection<String> names, Throwable cause) {
    failures++;
    if (dirty.isEmpty()) {
      failure = cause;
    }
    dirty.addAll(names);
  }

  private State state(String name) {
    checkUsable(List.of(name));
    return stateUnchecked(name);
  }

  private State stateUnchecked(String name) {
    State state = states.get(name);
    if (state == null) {
      throw new IllegalArgumentException(
          "there is no state '" + name + "'; the states are " + states.keySet());
    }
    return state;
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the parameter store is closed");
    }
  }

  /** Frees all states. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      leak.closed();
      List<Memory> all = states.values().stream().map(state -> state.memory).toList();
      states.clear();
      Plan.closeAll(all);
    }
  }
}
