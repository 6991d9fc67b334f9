package dev.cambium.cuda;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The work that was given to a stream and is not done yet; it is done when somebody waits. */
final class DriverStream {
  final RecordingDevice device;
  private final Deque<Command> pending = new ArrayDeque<>();
  private List<Work> captured;
  private boolean invalid;

  DriverStream(RecordingDevice device) {
    this.device = device;
  }

  /** Something in the stream. */
  sealed interface Command permits Work, Record, Wait {}

  /**
   * What the device does.
   *
   * @param what the driver's function, with the kernel
   * @param action what changes by it
   * @param nanoseconds how long it takes
   * @param host the memory of the host that it uses; null: none
   */
  record Work(String what, Runnable action, long nanoseconds, Object host) implements Command {}

  /** The place of an event. */
  record Record(Event event, long version) implements Command {}

  /** Nothing more is done before that. */
  record Wait(Event event, long version, DriverStream stream) implements Command {}

  /** An event; each record of it is a version. */
  static final class Event {
    final RecordingDevice device;
    final boolean timed;
    DriverStream stream;
    long recorded;
    long passed;
    long time;

    Event(RecordingDevice device, boolean timed) {
      this.device = device;
      this.timed = timed;
    }

    boolean hasPassed() {
      return passed >= recorded;
    }
  }

  /** Gives it to the stream, or to what is being captured. */
  void give(Work work) {
    if (captured != null) {
      captured.add(work);
    } else {
      pending.add(work);
    }
  }

  void record(Event event) {
    event.stream = this;
    event.recorded++;
    pending.add(new Record(event, event.recorded));
  }

  void waitFor(Event event) {
    if (event.stream != null) {
      pending.add(new Wait(event, event.recorded, event.stream));
    }
  }

  /** Does everything. */
  void finish() {
    finishUntil(() -> false);
  }

  /** Does what is needed for an event to pass. */
  static void finish(Event event) {
    if (event.stream != null) {
      long version = event.recorded;
      event.stream.finishUntil(() -> event.passed >= version);
    }
  }

  private void finishUntil(BooleanSupplier reached) {
    while (!reached.getAsBoolean() && !pending.isEmpty()) {
      if (pending.peek() instanceof Wait wait) {
        wait.stream.finishUntil(() -> wait.event.passed >= wait.version);
      }
      advance();
    }
  }

  /** Does the next thing, if it waits for nothing; whether it did. */
  boolean advance() {
    Command command = pending.peek();
    if (command == null
        || command instanceof Wait wait && wait.event.passed < wait.version && device.lost == 0) {
      return false;
    }
    pending.remove();
    if (command instanceof Work work) {
      if (device.lost == 0) {
        work.action.run();
        device.clock += work.nanoseconds;
      }
    } else if (command instanceof Record record) {
      record.event.passed = record.version;
      record.event.time = device.clock;
    }
    return true;
  }

  /** Whether work that is not done yet uses memory of the host. */
  boolean uses(Object host) {
    return pending.stream().anyMatch(c -> c instanceof Work work && work.host == host);
  }

  void beginCapture() {
    captured = new ArrayList<>();
    invalid = false;
  }

  boolean isCapturing() {
    return captured != null;
  }

  /** What is captured comes to nothing. */
  void invalidate() {
    invalid = true;
  }

  /** What was captured; null when it came to nothing. */
  List<Work> endCapture() {
    List<Work> all = captured;
    captured = null;
    return invalid ? null : all;
  }
}
