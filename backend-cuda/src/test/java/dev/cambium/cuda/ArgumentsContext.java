package dev.cambium.cuda;

import dev.cambium.gpu.GpuContext;
import dev.cambium.gpu.GpuDevice;
import dev.cambium.gpu.GpuFunction;
import dev.cambium.gpu.GpuMemory;
import dev.cambium.gpu.GpuProgram;
import dev.cambium.gpu.GpuPrograms;
import dev.cambium.gpu.Grid;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A GPU that computes nothing. It notes which programs it is asked for, and where a program is not
 * listed or the groups or the arguments of a kernel are not those of its PTX.
 */
final class ArgumentsContext implements GpuContext {
  /** With one multiprocessor, which the largest tiles keep busy, so that they are taken. */
  private static final GpuDevice DEVICE =
      new GpuDevice(
          "silent", "0", "silent", "none", "1", false, 1, 1024, 48 << 10, 1L << 40, 1L << 40, true,
          4);

  private final SortedSet<String> asked = Collections.synchronizedSortedSet(new TreeSet<>());
  private final SortedSet<String> faults = Collections.synchronizedSortedSet(new TreeSet<>());

  /** The programs, in words. */
  SortedSet<String> asked() {
    return asked;
  }

  /** What did not fit. */
  SortedSet<String> faults() {
    return faults;
  }

  @Override
  public GpuDevice device() {
    return DEVICE;
  }

  @Override
  public GpuMemory allocate(long bytes) {
    return new Nothing(bytes);
  }

  private record Nothing(long bytes) implements GpuMemory {
    @Override
    public void close() {
      // Nothing was allocated.
    }
  }

  @Override
  public GpuFunction function(GpuProgram program, String name, Grid grid) {
    asked.add(program.toString());
    if (!GpuPrograms.all().contains(program)) {
      faults.add(program + " is not in GpuPrograms");
    }
    Ptx.Entry entry = Ptx.of(program).entry(name);
    if (entry.mostWorkItems() != grid.localX() * grid.localY()) {
      faults.add(program + " " + name + " is compiled for groups of " + entry + ", got " + grid);
    }
    return new Arguments(program + " " + name, entry);
  }

  private final class Arguments implements GpuFunction {
    private final String name;
    private final Ptx.Entry entry;
    private final boolean[] given;

    Arguments(String name, Ptx.Entry entry) {
      this.name = name;
      this.entry = entry;
      this.given = new boolean[entry.parameters().size()];
    }

    private void set(int argument, Ptx.Kind kind) {
      if (argument >= given.length || entry.parameters().get(argument) != kind) {
        faults.add(name + " takes " + entry.parameters() + ", got " + kind + " for " + argument);
      } else {
        given[argument] = true;
      }
    }

    @Override
    public void set(int argument, GpuMemory memory, long offset) {
      set(argument, Ptx.Kind.INT64);
    }

    @Override
    public void set(int argument, int value) {
      set(argument, Ptx.Kind.INT32);
    }

    @Override
    public void set(int argument, long value) {
      set(argument, Ptx.Kind.INT64);
    }

    @Override
    public void set(int argument, float value) {
      set(argument, Ptx.Kind.FLOAT32);
    }

    @Override
    public void set(int argument, double value) {
      set(argument, Ptx.Kind.FLOAT64);
    }

    @Override
    public void launch() {
      for (int i = 0; i < given.length; i++) {
        if (!given[i]) {
          faults.add(name + " is launched without argument " + i);
        }
      }
    }

    @Override
    public void close() {
      // Nothing was made.
    }
  }

  @Override
  public void write(ByteBuffer from, GpuMemory to, long offset) {
    // Nothing is kept.
  }

  @Override
  public void read(GpuMemory from, long offset, ByteBuffer to) {
    // What is read is what was there.
  }

  @Override
  public void copy(GpuMemory from, long fromOffset, GpuMemory to, long toOffset, long bytes) {
    // Nothing is kept.
  }

  @Override
  public void fill(GpuMemory memory, long offset, long bytes, byte[] pattern) {
    // Nothing is kept.
  }

  @Override
  public void flush() {
    // Nothing waits.
  }

  @Override
  public void synchronize() {
    // Nothing runs.
  }

  @Override
  public long busyNanoseconds(Runnable work) {
    work.run();
    return 1;
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
