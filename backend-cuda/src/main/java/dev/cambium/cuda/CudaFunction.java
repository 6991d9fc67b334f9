package dev.cambium.cuda;

import dev.cambium.gpu.GpuFunction;
import dev.cambium.gpu.GpuMemory;
import dev.cambium.gpu.Grid;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import jcuda.Pointer;

/**
 * A kernel with its arguments, which lie in one buffer as the device takes them: each at a multiple
 * of its size. What a launch needs is made here, so that a launch allocates nothing.
 */
final class CudaFunction implements GpuFunction {
  private final CudaContext context;
  private final CudaModules.Kernel kernel;
  private final String name;
  private final String launch;
  private final boolean isEmpty;
  private final int[] groups;
  private final int[] items;
  private final int[] offsets;
  private final boolean[] given;
  private final CudaMemory[] memories;
  private final ByteBuffer arguments;
  private final Pointer parameters;
  private boolean closed;

  CudaFunction(CudaContext context, CudaModules.Kernel kernel, String name, Grid grid) {
    this.context = context;
    this.kernel = kernel;
    this.name = name;
    this.launch = "cuLaunchKernel of kernel " + name;
    this.isEmpty = grid.isEmpty();
    this.groups = new int[] {(int) grid.groupsX(), (int) grid.groupsY(), (int) grid.groupsZ()};
    this.items = new int[] {grid.localX(), grid.localY()};
    List<Ptx.Kind> kinds = kernel.entry().parameters();
    this.offsets = new int[kinds.size()];
    this.given = new boolean[kinds.size()];
    this.memories = new CudaMemory[kinds.size()];
    int end = 0;
    for (int i = 0; i < offsets.length; i++) {
      int size = kinds.get(i).bytes();
      offsets[i] = (end + size - 1) / size * size;
      end = offsets[i] + size;
    }
    this.arguments = ByteBuffer.allocateDirect(Math.max(1, end)).order(ByteOrder.nativeOrder());
    this.parameters = context.driver().launchParameters(arguments, end);
  }

  @Override
  public void set(int argument, GpuMemory memory, long offset) {
    CudaMemory own = context.memories().own(memory);
    int place = place(argument, Ptx.Kind.INT64);
    arguments.putLong(place, own.range(offset, 0));
    memories[argument] = own;
  }

  @Override
  public void set(int argument, int value) {
    arguments.putInt(place(argument, Ptx.Kind.INT32), value);
  }

  @Override
  public void set(int argument, long value) {
    arguments.putLong(place(argument, Ptx.Kind.INT64), value);
    memories[argument] = null;
  }

  @Override
  public void set(int argument, float value) {
    arguments.putFloat(place(argument, Ptx.Kind.FLOAT32), value);
  }

  @Override
  public void set(int argument, double value) {
    arguments.putDouble(place(argument, Ptx.Kind.FLOAT64), value);
  }

  private int place(int argument, Ptx.Kind kind) {
    requireOpen();
    if (argument < 0 || argument >= offsets.length) {
      throw new IllegalArgumentException(
          "kernel " + name + " takes " + offsets.length + " arguments, got argument " + argument);
    }
    Ptx.Kind expected = kernel.entry().parameters().get(argument);
    if (expected != kind) {
      throw new IllegalArgumentException(
          "argument " + argument + " of kernel " + name + " must be " + expected + ", got " + kind);
    }
    given[argument] = true;
    return offsets[argument];
  }

  @Override
  public void launch() {
    requireOpen();
    for (int i = 0; i < offsets.length; i++) {
      if (!given[i]) {
        throw new IllegalStateException("argument " + i + " of kernel " + name + " was never set");
      }
      if (memories[i] != null) {
        memories[i].requireOpen();
      }
    }
    if (!isEmpty) {
      context.launch(kernel.function(), groups, items, parameters, launch);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("kernel " + name + " was closed: it cannot be used any more");
    }
  }

  /** Its module stays, and its arguments are memory of the host. */
  @Override
  public void close() {
    closed = true;
  }
}
