package dev.cambium.opencl;

import static org.jocl.CL.CL_CONTEXT_PLATFORM;
import static org.jocl.CL.CL_MEM_READ_WRITE;
import static org.jocl.CL.CL_PROFILING_COMMAND_END;
import static org.jocl.CL.CL_PROFILING_COMMAND_START;
import static org.jocl.CL.CL_QUEUE_PROFILING_ENABLE;
import static org.jocl.CL.CL_SUCCESS;
import static org.jocl.CL.clCreateBuffer;
import static org.jocl.CL.clCreateCommandQueue;
import static org.jocl.CL.clCreateContext;
import static org.jocl.CL.clEnqueueCopyBuffer;
import static org.jocl.CL.clEnqueueFillBuffer;
import static org.jocl.CL.clEnqueueNDRangeKernel;
import static org.jocl.CL.clEnqueueReadBuffer;
import static org.jocl.CL.clEnqueueWriteBuffer;
import static org.jocl.CL.clFinish;
import static org.jocl.CL.clFlush;
import static org.jocl.CL.clGetEventProfilingInfo;
import static org.jocl.CL.clReleaseCommandQueue;
import static org.jocl.CL.clReleaseContext;
import static org.jocl.CL.clReleaseEvent;

import dev.cambium.gpu.DeviceLostException;
import dev.cambium.gpu.GpuContext;
import dev.cambium.gpu.GpuDevice;
import dev.cambium.gpu.GpuException;
import dev.cambium.gpu.GpuFunction;
import dev.cambium.gpu.GpuMemory;
import dev.cambium.gpu.GpuProgram;
import dev.cambium.gpu.Grid;
import dev.cambium.spi.OutOfMemoryException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jocl.Pointer;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_context_properties;
import org.jocl.cl_device_id;
import org.jocl.cl_event;
import org.jocl.cl_kernel;
import org.jocl.cl_mem;

/** An OpenCL device with one queue in order, and a second one, with a clock, for measurements. */
final class OpenClContext implements GpuContext {
  private final OpenClDevice device;
  private final String where;
  private final cl_context context;
  private final cl_command_queue commands;
  private final cl_command_queue timed;
  private final OpenClPrograms programs;
  private final Set<OpenClMemory> memories = identitySet();
  private final Set<OpenClFunction> functions = identitySet();
  private cl_command_queue queue;
  private List<cl_event> events;
  private DeviceLostException loss;
  private boolean closed;

  @SuppressWarnings("deprecation") // the other way to make a queue needs OpenCL 2.0
  OpenClContext(OpenClDevice device) {
    this.device = device;
    this.where = "opencl:" + device.about().id() + " (" + device.about().name() + ")";
    int[] status = new int[1];
    cl_context_properties properties = new cl_context_properties();
    properties.addProperty(CL_CONTEXT_PLATFORM, device.platform());
    context =
        clCreateContext(properties, 1, new cl_device_id[] {device.handle()}, null, null, status);
    check(status[0], "clCreateContext");
    commands = clCreateCommandQueue(context, device.handle(), 0, status);
    check(status[0], "clCreateCommandQueue");
    timed = clCreateCommandQueue(context, device.handle(), CL_QUEUE_PROFILING_ENABLE, status);
    check(status[0], "clCreateCommandQueue with a clock");
    queue = commands;
    programs = new OpenClPrograms(context, device);
  }

  private static <T> Set<T> identitySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  @Override
  public GpuDevice device() {
    return device.about();
  }

  @Override
  public GpuMemory allocate(long bytes) {
    requireUsable();
    if (bytes < 1) {
      throw new IllegalArgumentException("bytes must be at least 1, got " + bytes);
    }
    if (bytes > device().mostBytes()) {
      throw outOfMemory(bytes, "one allocation has at most " + Bytes.words(device().mostBytes()));
    }
    int[] status = new int[1];
    cl_mem handle = clCreateBuffer(context, CL_MEM_READ_WRITE, bytes, null, status);
    if (OpenClStatus.isOutOfMemory(status[0])) {
      throw outOfMemory(bytes, "the driver reports " + OpenClStatus.name(status[0]));
    }
    check(status[0], "clCreateBuffer of " + bytes + " bytes");
    OpenClMemory memory = new OpenClMemory(this, handle, bytes);
    memories.add(memory);
    return memory;
  }

  private OutOfMemoryException outOfMemory(long bytes, String why) {
    long held = memories.stream().mapToLong(GpuMemory::bytes).sum();
    return new OutOfMemoryException(
        where
            + " cannot give "
            + Bytes.words(bytes)
            + ": "
            + why
            + "; the device has "
            + Bytes.words(device().globalBytes())
            + ", of which this backend holds "
            + Bytes.words(held)
            + "; take a smaller batch, or close models and tensors that are not needed any more");
  }

  @Override
  public GpuFunction function(GpuProgram program, String name, Grid grid) {
    requireUsable();
    if (grid.localX() * grid.localY() > device().mostLocalItems()) {
      throw new GpuException(
          "kernel "
              + name
              + " wants groups of "
              + grid.localX()
              + " x "
              + grid.localY()
              + " work-items, "
              + where
              + " has at most "
              + device().mostLocalItems());
    }
    cl_kernel kernel = programs.kernel(program, name);
    OpenClFunction function = new OpenClFunction(this, kernel, name, grid);
    functions.add(function);
    return function;
  }

  @Override
  public void write(ByteBuffer from, GpuMemory to, long offset) {
    requireUsable();
    cl_mem handle = own(to).handle();
    if (from.hasRemaining()) {
      check(
          clEnqueueWriteBuffer(
              queue, handle, true, offset, from.remaining(), pointer(from), 0, null, event()),
          "clEnqueueWriteBuffer of " + from.remaining() + " bytes");
    }
  }

  @Override
  public void read(GpuMemory from, long offset, ByteBuffer to) {
    requireUsable();
    cl_mem handle = own(from).handle();
    if (to.hasRemaining()) {
      checkFinished(
          clEnqueueReadBuffer(
              queue, handle, true, offset, to.remaining(), pointer(to), 0, null, event()),
          "clEnqueueReadBuffer of " + to.remaining() + " bytes");
    }
  }

  private static Pointer pointer(ByteBuffer buffer) {
    return Pointer.toBuffer(buffer.duplicate());
  }

  @Override
  public void copy(GpuMemory from, long fromOffset, GpuMemory to, long toOffset, long bytes) {
    requireUsable();
    cl_mem source = own(from).handle();
    cl_mem target = own(to).handle();
    if (bytes > 0) {
      check(
          clEnqueueCopyBuffer(queue, source, target, fromOffset, toOffset, bytes, 0, null, event()),
          "clEnqueueCopyBuffer of " + bytes + " bytes");
    }
  }

  @Override
  public void fill(GpuMemory memory, long offset, long bytes, byte[] pattern) {
    requireUsable();
    cl_mem handle = own(memory).handle();
    if (bytes > 0) {
      check(
          clEnqueueFillBuffer(
              queue, handle, Pointer.to(pattern), pattern.length, offset, bytes, 0, null, event()),
          "clEnqueueFillBuffer of " + bytes + " bytes");
    }
  }

  void launch(cl_kernel kernel, int dimensions, long[] global, long[] local, String call) {
    requireUsable();
    int status =
        clEnqueueNDRangeKernel(queue, kernel, dimensions, null, global, local, 0, null, event());
    if (status != CL_SUCCESS) {
      check(status, call);
    }
  }

  @Override
  public void flush() {
    requireUsable();
    check(clFlush(queue), "clFlush");
  }

  @Override
  public void synchronize() {
    requireUsable();
    checkFinished(clFinish(queue), "clFinish");
  }

  @Override
  public long busyNanoseconds(Runnable work) {
    synchronize();
    events = new ArrayList<>();
    queue = timed;
    try {
      work.run();
      synchronize();
      return events.stream().mapToLong(this::duration).sum();
    } finally {
      queue = commands;
      events.forEach(event -> clReleaseEvent(event));
      events = null;
    }
  }

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
    check(
        clGetEventProfilingInfo(event, what, Long.BYTES, Pointer.to(time), null),
        "clGetEventProfilingInfo");
    return time[0];
  }

  OpenClMemory own(GpuMemory memory) {
    if (!(memory instanceof OpenClMemory own) || !own.belongsTo(this)) {
      throw new IllegalArgumentException(
          "memory must be of " + where + ", got " + memory.getClass().getSimpleName());
    }
    return own;
  }

  void check(int status, String call) {
    if (status != CL_SUCCESS) {
      throw note(OpenClStatus.failure(status, call, where, false));
    }
  }

  private void checkFinished(int status, String call) {
    if (status != CL_SUCCESS) {
      throw note(OpenClStatus.failure(status, call, where, true));
    }
  }

  private GpuException note(GpuException failure) {
    if (failure instanceof DeviceLostException lost) {
      loss = lost;
    }
    return failure;
  }

  private void requireUsable() {
    if (closed) {
      throw new IllegalStateException(where + " was closed: it cannot be used any more");
    }
    if (loss != null) {
      throw new DeviceLostException(loss.getMessage(), loss);
    }
  }

  void forget(OpenClMemory memory) {
    memories.remove(memory);
  }

  void forget(OpenClFunction function) {
    functions.remove(function);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      // What is left to be done may fail on a device that is lost; it is released all the same.
      clFinish(commands);
      functions.forEach(OpenClFunction::release);
      memories.forEach(OpenClMemory::release);
      programs.release();
      clReleaseCommandQueue(timed);
      clReleaseCommandQueue(commands);
      clReleaseContext(context);
    }
  }
}
