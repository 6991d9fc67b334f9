package dev.cambium.opencl;

import static org.jocl.CL.clReleaseKernel;
import static org.jocl.CL.clSetKernelArg;

import dev.cambium.gpu.GpuFunction;
import dev.cambium.gpu.GpuMemory;
import dev.cambium.gpu.Grid;
import java.util.Arrays;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_kernel;

/**
 * A kernel object with its arguments; everything that a launch needs is made here, so that a launch
 * allocates nothing.
 */
final class OpenClFunction implements GpuFunction {
  private final OpenClContext context;
  private final cl_kernel kernel;
  private final String name;
  private final String setArgument;
  private final String launch;
  private final boolean isEmpty;
  private final int dimensions;
  private final long[] global;
  private final long[] local;
  private OpenClMemory[] memories = new OpenClMemory[8];
  private Pointer[] pointers = new Pointer[8];
  private boolean closed;

  OpenClFunction(OpenClContext context, cl_kernel kernel, String name, Grid grid) {
    this.context = context;
    this.kernel = kernel;
    this.name = name;
    this.setArgument = "clSetKernelArg of kernel " + name;
    this.launch = "clEnqueueNDRangeKernel of kernel " + name;
    this.isEmpty = grid.isEmpty();
    this.global =
        new long[] {grid.groupsX() * grid.localX(), grid.groupsY() * grid.localY(), grid.groupsZ()};
    this.local = new long[] {grid.localX(), grid.localY(), 1};
    this.dimensions = global[2] > 1 ? 3 : global[1] > 1 ? 2 : 1;
  }

  @Override
  public void set(int argument, GpuMemory memory, long offset) {
    OpenClMemory own = context.memories().own(memory);
    Pointer pointer = own.from(offset);
    if (argument >= memories.length) {
      memories = Arrays.copyOf(memories, 2 * argument);
      pointers = Arrays.copyOf(pointers, 2 * argument);
    }
    if (pointers[argument] != pointer) {
      set(argument, Sizeof.cl_mem, pointer);
      memories[argument] = own;
      pointers[argument] = pointer;
    }
  }

  @Override
  public void set(int argument, int value) {
    set(argument, Integer.BYTES, Pointer.to(new int[] {value}));
  }

  @Override
  public void set(int argument, long value) {
    set(argument, Long.BYTES, Pointer.to(new long[] {value}));
  }

  @Override
  public void set(int argument, float value) {
    set(argument, Float.BYTES, Pointer.to(new float[] {value}));
  }

  @Override
  public void set(int argument, double value) {
    set(argument, Double.BYTES, Pointer.to(new double[] {value}));
  }

  private void set(int argument, long bytes, Pointer value) {
    requireOpen();
    int status = clSetKernelArg(kernel, argument, bytes, value);
    if (status != 0) {
      context
          .faults()
          .check(status, setArgument + ", argument " + argument + " of " + bytes + " bytes,");
    }
  }

  @Override
  public void launch() {
    requireOpen();
    for (OpenClMemory memory : memories) {
      if (memory != null) {
        memory.requireOpen();
      }
    }
    if (!isEmpty) {
      context.launch(kernel, dimensions, global, local, launch);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("kernel " + name + " was closed: it cannot be used any more");
    }
  }

  @Override
  public void close() {
    if (!closed) {
      context.forget(this);
      release();
    }
  }

  void release() {
    closed = true;
    clReleaseKernel(kernel);
  }
}
