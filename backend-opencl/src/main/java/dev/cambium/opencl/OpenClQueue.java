package dev.cambium.opencl;

import static org.jocl.CL.CL_MIGRATE_MEM_OBJECT_CONTENT_UNDEFINED;
import static org.jocl.CL.CL_PROFILING_COMMAND_END;
import static org.jocl.CL.CL_PROFILING_COMMAND_START;
import static org.jocl.CL.CL_QUEUE_PROFILING_ENABLE;
import static org.jocl.CL.CL_SUCCESS;
import static org.jocl.CL.clCreateCommandQueue;
import static org.jocl.CL.clEnqueueCopyBuffer;
import static org.jocl.CL.clEnqueueFillBuffer;
import static org.jocl.CL.clEnqueueMigrateMemObjects;
import static org.jocl.CL.clEnqueueNDRangeKernel;
import static org.jocl.CL.clEnqueueReadBuffer;
import static org.jocl.CL.clEnqueueWriteBuffer;
import static org.jocl.CL.clFinish;
import static org.jocl.CL.clFlush;
import static org.jocl.CL.clGetEventProfilingInfo;
import static org.jocl.CL.clReleaseCommandQueue;
import static org.jocl.CL.clReleaseEvent;

import dev.cambium.gpu.GpuException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jocl.Pointer;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_event;
import org.jocl.cl_kernel;
import org.jocl.cl_mem;

/**
 * Where commands go, in order: a queue without a clock, and a second one with, which takes its
 * place while something is measured, as events cost time. A third one only brings bytes from the
 * host.
 */
final class OpenClQueue {
  private final OpenClFaults faults;
  private final List<cl_command_queue> all = new ArrayList<>();
  private final cl_command_queue plain;
  private final cl_command_queue timed;
  private final cl_command_queue arrivals;
  private cl_command_queue current;
  private List<cl_event> events;

  OpenClQueue(cl_context context, OpenClDevice device, OpenClFaults faults) {
    this.faults = faults;
    plain = create(context, device, 0);
    timed = create(context, device, CL_QUEUE_PROFILING_ENABLE);
    arrivals = create(context, device, 0);
    current = plain;
  }

  @SuppressWarnings("deprecation") // what replaces clCreateCommandQueue is not in OpenCL 1.2
  private cl_command_queue create(cl_context context, OpenClDevice device, long properties) {
    int[] status = new int[1];
    cl_command_queue queue = clCreateCommandQueue(context, device.handle(), properties, status);
    if (status[0] != CL_SUCCESS) {
      release();
      faults.check(status[0], "clCreateCommandQueue");
    }
    all.add(queue);
    return queue;
  }

  /** Whether something is being measured. */
  boolean isTimed() {
    return current == timed;
  }

  /**
   * Has the driver give a new buffer its place: many do that when it is first used, where it is too
   * late to say that there is none.
   *
   * @return the status
   */
  int claim(cl_mem memory) {
    cl_mem[] all = {memory};
    return clEnqueueMigrateMemObjects(
        current, 1, all, CL_MIGRATE_MEM_OBJECT_CONTENT_UNDEFINED, 0, null, null);
  }

  void launch(cl_kernel kernel, int dimensions, long[] global, long[] local, String call) {
    int status =
        clEnqueueNDRangeKernel(current, kernel, dimensions, null, global, local, 0, null, event());
    faults.check(status, call);
  }

  /** Waits, then copies from the host. */
  void write(ByteBuffer from, cl_mem to, long offset) {
    int status =
        clEnqueueWriteBuffer(
            current, to, true, offset, from.remaining(), Host.pointer(from), 0, null, event());
    faults.checkFinished(status, "clEnqueueWriteBuffer");
  }

  /** Copies from the host to memory that nothing given before uses, without waiting for that. */
  void arrive(ByteBuffer from, cl_mem to) {
    int status =
        clEnqueueWriteBuffer(
            arrivals, to, true, 0, from.remaining(), Host.pointer(from), 0, null, null);
    faults.checkFinished(status, "clEnqueueWriteBuffer");
  }

  /** Waits, then copies to the host. */
  void read(cl_mem from, long offset, ByteBuffer to) {
    int status =
        clEnqueueReadBuffer(
            current, from, true, offset, to.remaining(), Host.pointer(to), 0, null, event());
    faults.checkFinished(status, "clEnqueueReadBuffer");
  }

  void copy(cl_mem from, long fromOffset, cl_mem to, long toOffset, long bytes) {
    copy(from, fromOffset, to, toOffset, bytes, event());
  }

  /** Copies, with an event that the caller releases. */
  void copy(cl_mem from, long fromOffset, cl_mem to, long toOffset, long bytes, cl_event done) {
    int status = clEnqueueCopyBuffer(current, from, to, fromOffset, toOffset, bytes, 0, null, done);
    faults.check(status, "clEnqueueCopyBuffer");
  }

  void fill(cl_mem memory, long offset, long bytes, byte[] pattern) {
    Pointer value = Pointer.to(pattern);
    int status =
        clEnqueueFillBuffer(
            current, memory, value, pattern.length, offset, bytes, 0, null, event());
    faults.check(status, "clEnqueueFillBuffer");
  }

  void flush() {
    faults.check(clFlush(current), "clFlush");
  }

  void finish() {
    faults.checkFinished(clFinish(current), "clFinish");
  }

  /** How long the device works on what {@code work} gives it. */
  long nanoseconds(Runnable work) {
    if (isTimed()) {
      throw new IllegalStateException("busyNanoseconds cannot be called by what it measures");
    }
    finish();
    events = new ArrayList<>();
    current = timed;
    try {
      work.run();
      finish();
      return events.stream().mapToLong(this::duration).sum();
    } catch (RuntimeException | Error failed) {
      finishAfter(failed);
      throw failed;
    } finally {
      current = plain;
      events.forEach(event -> clReleaseEvent(event));
      events = null;
    }
  }

  /** Waits for what was given before a failure, so that nothing given later runs beside it. */
  private void finishAfter(Throwable failure) {
    try {
      finish();
    } catch (GpuException lost) {
      if (lost != failure) {
        failure.addSuppressed(lost);
      }
    }
  }

  /** The event of the next command, when it is measured. */
  private cl_event event() {
    if (events == null) {
      return null;
    }
    cl_event event = new cl_event();
    events.add(event);
    return event;
  }

  private long duration(cl_event event) {
    return time(event, CL_PROFILING_COMMAND_END) - time(event, CL_PROFILING_COMMAND_START);
  }

  private long time(cl_event event, int what) {
    long[] time = new long[1];
    int status = clGetEventProfilingInfo(event, what, Long.BYTES, Pointer.to(time), null);
    faults.check(status, "clGetEventProfilingInfo");
    return time[0];
  }

  /** Waits and releases; what fails then is of no interest any more. */
  void release() {
    all.forEach(queue -> clFinish(queue));
    all.forEach(queue -> clReleaseCommandQueue(queue));
    all.clear();
  }
}
