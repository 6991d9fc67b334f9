package dev.cambium.opencl;

import static org.jocl.CL.CL_CONTEXT_PLATFORM;
import static org.jocl.CL.clCreateContext;
import static org.jocl.CL.clReleaseContext;

import dev.cambium.gpu.GpuContext;
import dev.cambium.gpu.GpuDevice;
import dev.cambium.gpu.GpuException;
import dev.cambium.gpu.GpuFunction;
import dev.cambium.gpu.GpuMemory;
import dev.cambium.gpu.GpuProgram;
import dev.cambium.gpu.Grid;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jocl.cl_context;
import org.jocl.cl_context_properties;
import org.jocl.cl_device_id;
import org.jocl.cl_kernel;
import org.jocl.cl_mem;

/** One device of OpenCL: who owns what on it, and what may still be used. */
final class OpenClContext implements GpuContext {
  private final OpenClDevice device;
  private final OpenClFaults faults;
  private final cl_context context;
  private final OpenClQueue queue;
  private final OpenClStaging staging;
  private final OpenClPrograms programs;
  private final OpenClMemories memories;
  private final Set<OpenClFunction> functions = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean closed;

  /**
   * Opens a device.
   *
   * @param device the device
   * @param cache where compiled kernels are kept
   * @throws GpuException when its driver does not let it
   */
  OpenClContext(OpenClDevice device, OpenClProgramCache cache) {
    this.device = device;
    this.faults =
        new OpenClFaults("opencl:" + device.about().id() + " (" + device.about().name() + ")");
    int[] status = new int[1];
    cl_context_properties properties = new cl_context_properties();
    properties.addProperty(CL_CONTEXT_PLATFORM, device.platform());
    cl_device_id[] devices = {device.handle()};
    context = clCreateContext(properties, 1, devices, null, null, status);
    faults.check(status[0], "clCreateContext");
    try {
      queue = new OpenClQueue(context, device, faults);
    } catch (GpuException failed) {
      clReleaseContext(context);
      throw failed;
    }
    memories = new OpenClMemories(context, device, queue, faults);
    staging = new OpenClStaging(context, queue, faults);
    programs = new OpenClPrograms(context, device, faults, cache);
  }

  @Override
  public GpuDevice device() {
    return device.about();
  }

  @Override
  public GpuMemory allocate(long bytes) {
    requireUsable();
    return memories.allocate(bytes);
  }

  @Override
  public GpuFunction function(GpuProgram program, String name, Grid grid) {
    requireUsable();
    int items = grid.localX() * grid.localY();
    if (items > device().mostLocalItems()) {
      throw new GpuException(
          "kernel "
              + name
              + " of "
              + program
              + " wants groups of "
              + items
              + " work-items, "
              + faults.device()
              + " has at most "
              + device().mostLocalItems());
    }
    cl_kernel kernel = programs.kernel(program, name);
    OpenClFunction function = new OpenClFunction(this, kernel, name, grid);
    functions.add(function);
    return function;
  }

  void launch(cl_kernel kernel, int dimensions, long[] global, long[] local, String call) {
    requireUsable();
    queue.launch(kernel, dimensions, global, local, call);
  }

  @Override
  public void write(ByteBuffer from, GpuMemory to, long offset) {
    requireUsable();
    cl_mem target = memories.own(to).range(offset, from.remaining());
    if (from.hasRemaining()) {
      staging.write(from, target, offset);
    }
  }

  @Override
  public void read(GpuMemory from, long offset, ByteBuffer to) {
    requireUsable();
    cl_mem source = memories.own(from).range(offset, to.remaining());
    if (to.hasRemaining()) {
      queue.read(source, offset, to);
    }
  }

  @Override
  public void copy(GpuMemory from, long fromOffset, GpuMemory to, long toOffset, long bytes) {
    requireUsable();
    cl_mem source = memories.own(from).range(fromOffset, bytes);
    cl_mem target = memories.own(to).range(toOffset, bytes);
    if (bytes > 0) {
      queue.copy(source, fromOffset, target, toOffset, bytes);
    }
  }

  @Override
  public void fill(GpuMemory memory, long offset, long bytes, byte[] pattern) {
    requireUsable();
    cl_mem target = memories.own(memory).range(offset, bytes);
    if (bytes > 0) {
      queue.fill(target, offset, bytes, pattern);
    }
  }

  @Override
  public void flush() {
    requireUsable();
    queue.flush();
  }

  @Override
  public void synchronize() {
    requireUsable();
    queue.finish();
  }

  @Override
  public long busyNanoseconds(Runnable work) {
    requireUsable();
    return queue.nanoseconds(work);
  }

  OpenClMemories memories() {
    return memories;
  }

  OpenClFaults faults() {
    return faults;
  }

  private void requireUsable() {
    if (closed) {
      throw new IllegalStateException(
          faults.device() + " was closed: open the backend again to use it");
    }
    faults.requireDevice();
  }

  void forget(OpenClFunction function) {
    functions.remove(function);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      queue.release();
      staging.release();
      functions.forEach(OpenClFunction::release);
      memories.release();
      programs.release();
      clReleaseContext(context);
    }
  }
}
