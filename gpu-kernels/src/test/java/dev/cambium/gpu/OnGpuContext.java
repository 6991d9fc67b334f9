package dev.cambium.gpu;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Tests of a context of a backend, with memory of integers. They launch kernels of {@link
 * #PROGRAM}, which each backend has among the resources of its tests.
 *
 * @param <C> the backend's context
 */
public abstract class OnGpuContext<C extends GpuContext> {
  /** Kernels that do something simple. */
  protected static final GpuProgram PROGRAM = GpuProgram.of("contexttest", Map.of());

  /** What is tested; each test has one of its own. */
  protected C context;

  /** With no context yet. */
  protected OnGpuContext() {}

  /** Integers as bytes. */
  protected static ByteBuffer ints(int... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.nativeOrder());
    bytes.asIntBuffer().put(values);
    return bytes;
  }

  /** Memory with these values. */
  protected GpuMemory memory(int... values) {
    GpuMemory memory = context.allocate(Math.max(1, values.length * Integer.BYTES));
    context.write(ints(values), memory, 0);
    return memory;
  }

  /** Values from a byte on. */
  protected int[] read(GpuMemory memory, long offset, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count * Integer.BYTES).order(ByteOrder.nativeOrder());
    context.read(memory, offset, bytes);
    int[] values = new int[count];
    bytes.asIntBuffer().get(values);
    return values;
  }

  /** 0, 1, 2, ... */
  protected static int[] count(int n) {
    return IntStream.range(0, n).toArray();
  }
}
