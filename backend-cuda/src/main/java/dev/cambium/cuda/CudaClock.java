package dev.cambium.cuda;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import jcuda.driver.CUevent;

/** How long the device works on each command, by events before and behind it. */
final class CudaClock {
  private final CudaDriver driver;
  private final CudaStream stream;
  private final CudaFaults faults;
  private final Deque<CUevent> free = new ArrayDeque<>();
  private final List<CUevent> taken = new ArrayList<>();
  private List<Span> spans;

  private record Span(CUevent start, CUevent end) {}

  CudaClock(CudaDriver driver, CudaStream stream, CudaFaults faults) {
    this.driver = driver;
    this.stream = stream;
    this.faults = faults;
  }

  /** Whether something is being measured. */
  boolean isRunning() {
    return spans != null;
  }

  /** Begins to measure. */
  void start() {
    if (spans != null) {
      throw new IllegalStateException("busyNanoseconds cannot be called by what it measures");
    }
    spans = new ArrayList<>();
  }

  /** Marks the beginning of a command, for {@link #after}; null while nothing is measured. */
  CUevent before() {
    return spans == null ? null : mark();
  }

  /** Marks the end of a command. */
  void after(CUevent start) {
    if (start != null) {
      spans.add(new Span(start, mark()));
    }
  }

  private CUevent mark() {
    CUevent event = free.poll();
    if (event == null) {
      event = new CUevent();
      faults.check(driver.eventCreate(event, true), "cuEventCreate");
    }
    taken.add(event);
    faults.check(driver.eventRecord(event, stream), "cuEventRecord");
    return event;
  }

  /** The sum over all commands, all of which are done. */
  long nanoseconds() {
    double total = 0;
    float[] milliseconds = new float[1];
    for (Span span : spans) {
      int status = driver.eventElapsedTime(milliseconds, span.start, span.end);
      faults.checkFinished(status, "cuEventElapsedTime");
      total += milliseconds[0];
    }
    return Math.round(total * 1e6);
  }

  /** Ends measuring, whatever came of it. */
  void stop() {
    free.addAll(taken);
    taken.clear();
    spans = null;
  }

  /** Does {@code work} unmeasured. */
  void pause(Runnable work) {
    List<Span> measured = spans;
    spans = null;
    try {
      work.run();
    } finally {
      spans = measured;
    }
  }

  void release() {
    free.forEach(event -> driver.eventDestroy(event));
    free.clear();
  }
}
