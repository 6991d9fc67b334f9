package dev.cambium.gpu;

import dev.cambium.spi.OutOfMemoryException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A device whose memory is the heap and which writes down what it is given; kernels do nothing. */
final class HeapContext implements GpuContext {
  private final GpuDevice device;
  final List<String> calls = new ArrayList<>();
  final List<String> writes = new ArrayList<>();
  final List<GpuProgram> programs = new ArrayList<>();
  final long capacity;
  long used;
  int openFunctions;

  /** How many more functions can be made. */
  int functionsLeft = Integer.MAX_VALUE;

  /** Whether launching and waiting fail. */
  boolean lost;

  boolean closed;

  HeapContext(long capacity) {
    this(capacity, true);
  }

  HeapContext(long capacity, boolean hasDouble) {
    this.capacity = capacity;
    this.device =
        new GpuDevice(
            "fake", "0", "fake", "fake", "1", false, 1, 1024, 1 << 16, 1 << 20, 1 << 20, hasDouble,
            4);
  }

  @Override
  public GpuDevice device() {
    return device;
  }

  @Override
  public GpuMemory allocate(long bytes) {
    if (bytes > capacity - used) {
      throw new OutOfMemoryException("the fake device has " + (capacity - used) + " bytes left");
    }
    used += bytes;
    calls.add("allocate " + bytes);
    return new HeapMemory(bytes);
  }

  @Override
  public GpuFunction function(GpuProgram program, String name, Grid grid) {
    if (functionsLeft-- == 0) {
      throw new KernelBuildException("program " + program + " does not compile");
    }
    openFunctions++;
    programs.add(program);
    return new HeapFunction(name);
  }

  @Override
  public void write(ByteBuffer from, GpuMemory to, long offset) {
    writes.add(from.remaining() + " bytes at " + offset);
    from.get(((HeapMemory) to).content, (int) offset, from.remaining());
  }

  @Override
  public void read(GpuMemory from, long offset, ByteBuffer to) {
    to.put(((HeapMemory) from).content, (int) offset, to.remaining());
  }

  @Override
  public void copy(GpuMemory from, long fromOffset, GpuMemory to, long toOffset, long bytes) {
    System.arraycopy(
        ((HeapMemory) from).content,
        (int) fromOffset,
        ((HeapMemory) to).content,
        (int) toOffset,
        (int) bytes);
  }

  @Override
  public void fill(GpuMemory memory, long offset, long bytes, byte[] pattern) {
    for (int i = 0; i < bytes; i++) {
      ((HeapMemory) memory).content[(int) offset + i] = pattern[i % pattern.length];
    }
  }

  @Override
  public void flush() {
    calls.add("flush");
  }

  @Override
  public void synchronize() {
    calls.add("synchronize");
    requireDevice();
  }

  private void requireDevice() {
    if (lost) {
      throw new DeviceLostException("the fake device does not answer");
    }
  }

  @Override
  public long busyNanoseconds(Runnable work) {
    work.run();
    return 1;
  }

  @Override
  public void close() {
    closed = true;
  }

  private final class HeapMemory implements GpuMemory {
    private byte[] content;
    private final long bytes;

    HeapMemory(long bytes) {
      this.bytes = bytes;
      this.content = new byte[(int) bytes];
    }

    @Override
    public long bytes() {
      return bytes;
    }

    @Override
    public GpuMemory renewed() {
      HeapMemory next = new HeapMemory(bytes);
      next.content = content;
      content = null;
      calls.add("renew " + bytes);
      return next;
    }

    @Override
    public void close() {
      if (content != null) {
        content = null;
        used -= bytes;
        calls.add("free " + bytes);
      }
    }
  }

  private final class HeapFunction implements GpuFunction {
    private final String name;
    private boolean open = true;

    HeapFunction(String name) {
      this.name = name;
    }

    @Override
    public void set(int argument, GpuMemory memory, long offset) {
      calls.add("set " + argument + " to byte " + offset + " of " + memory.bytes());
    }

    @Override
    public void set(int argument, int value) {
      calls.add("set " + argument + " to int " + value);
    }

    @Override
    public void set(int argument, long value) {
      calls.add("set " + argument + " to long " + value);
    }

    @Override
    public void set(int argument, float value) {
      calls.add("set " + argument + " to float " + value);
    }

    @Override
    public void set(int argument, double value) {
      calls.add("set " + argument + " to double " + value);
    }

    @Override
    public void launch() {
      calls.add("launch " + name);
      requireDevice();
    }

    @Override
    public void close() {
      if (open) {
        open = false;
        openFunctions--;
      }
    }
  }
}
