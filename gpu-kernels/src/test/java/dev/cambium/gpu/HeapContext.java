package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.spi.OutOfMemoryException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * A device whose memory is the heap and which writes down what it is given; kernels do nothing, but
 * {@link #ran} says with which arguments they were to. It records, unless told not to.
 */
final class HeapContext implements GpuContext {
  private final GpuDevice device;
  final List<String> calls = new ArrayList<>();
  final List<String> writes = new ArrayList<>();
  final List<GpuProgram> programs = new ArrayList<>();

  /** Each kernel that ran, with its arguments then; a memory is named by its number. */
  final List<String> ran = new ArrayList<>();

  final long capacity;
  long used;
  int openFunctions;

  /** Whether memory that is freed is there again only when somebody has waited. */
  boolean freesLate;

  private long freedLate;

  /** How many more functions can be made. */
  int functionsLeft = Integer.MAX_VALUE;

  /** Whether launching and waiting fail. */
  boolean lost;

  /** How long a kernel takes; other commands take a nanosecond. */
  int nanosecondsOfKernel = 1;

  /** How long an idle device waits for each command, or for a whole recording. */
  int nanosecondsOfHost;

  private boolean measures;

  /** Whether nothing is written down, which allocates. */
  boolean silent;

  /** Whether it keeps commands. */
  boolean records = true;

  /** What recording fails with, after its first commands; null when it does not. */
  GpuException recordingFailure;

  /** What launching a recording fails with; null when it does not. */
  RuntimeException replayFailure;

  boolean closed;

  private final Set<GpuRecording> recordings = new LinkedHashSet<>();
  private List<Runnable> noted;
  private int memories;
  private long commands;

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
    return new HeapMemory(bytes, ++memories);
  }

  @Override
  public GpuFunction function(GpuProgram program, String name, Grid grid) {
    if (functionsLeft-- == 0) {
      throw new KernelBuildException("program " + program + " does not compile");
    }
    if (!isForProcessors(program) && !GpuPrograms.all().contains(program)) {
      throw new AssertionError(
          program + " is not in GpuPrograms: devices with no compiler lack it");
    }
    openFunctions++;
    programs.add(program);
    return new HeapFunction(name);
  }

  private static boolean isForProcessors(GpuProgram program) {
    return program.name().startsWith("wide_") || program.defines().containsKey("WIDE");
  }

  @Override
  public void write(ByteBuffer from, GpuMemory to, long offset) {
    requireNoRecording("write");
    writes.add(from.remaining() + " bytes at " + offset);
    from.get(((HeapMemory) to).content, (int) offset, from.remaining());
  }

  @Override
  public void read(GpuMemory from, long offset, ByteBuffer to) {
    requireNoRecording("read");
    to.put(((HeapMemory) from).content, (int) offset, to.remaining());
  }

  @Override
  public void copy(GpuMemory from, long fromOffset, GpuMemory to, long toOffset, long bytes) {
    give(
        () ->
            System.arraycopy(
                ((HeapMemory) from).content,
                (int) fromOffset,
                ((HeapMemory) to).content,
                (int) toOffset,
                (int) bytes));
  }

  @Override
  public void fill(GpuMemory memory, long offset, long bytes, byte[] pattern) {
    give(
        () -> {
          for (int i = 0; i < bytes; i++) {
            ((HeapMemory) memory).content[(int) offset + i] = pattern[i % pattern.length];
          }
        });
  }

  @Override
  public void flush() {
    log("flush");
  }

  @Override
  public void synchronize() {
    requireNoRecording("synchronize");
    log("synchronize");
    requireDevice();
    used -= freedLate;
    freedLate = 0;
  }

  private void requireDevice() {
    if (lost) {
      throw new DeviceLostException("the fake device does not answer");
    }
  }

  private void requireNoRecording(String call) {
    if (noted != null) {
      throw new IllegalStateException(call + " cannot be recorded");
    }
  }

  private void log(String call) {
    if (!silent) {
      calls.add(call);
    }
  }

  private void give(Runnable command) {
    if (noted == null) {
      commands += nanosecondsOfHost;
      run(command);
    } else {
      noted.add(command);
    }
  }

  private void run(Runnable command) {
    command.run();
    commands++;
  }

  @Override
  public long busyNanoseconds(Runnable work) {
    if (measures) {
      throw new IllegalStateException("busyNanoseconds cannot be called by what it measures");
    }
    long before = commands;
    measures = true;
    try {
      work.run();
    } finally {
      measures = false;
    }
    return commands - before;
  }

  @Override
  public Optional<GpuRecording> record(Runnable work) {
    requireNoRecording("record");
    if (!records) {
      return Optional.empty();
    }
    List<Runnable> all = new ArrayList<>();
    noted = all;
    try {
      work.run();
    } finally {
      noted = null;
    }
    if (recordingFailure != null) {
      throw recordingFailure;
    }
    log("record " + all.size());
    GpuRecording recording = new HeapRecording(all);
    recordings.add(recording);
    return Optional.of(recording);
  }

  /** How many recordings are not closed. */
  int openRecordings() {
    return recordings.size();
  }

  @Override
  public void close() {
    closed = true;
    recordings.clear();
  }

  private final class HeapRecording implements GpuRecording {
    private final Runnable[] commands;
    private final String replay;

    HeapRecording(List<Runnable> commands) {
      this.commands = commands.toArray(Runnable[]::new);
      this.replay = "replay " + commands.size();
    }

    @Override
    public void launch() {
      assertTrue(recordings.contains(this), "a recording is launched before it is closed");
      requireNoRecording("a recording");
      log(replay);
      requireDevice();
      if (replayFailure != null) {
        throw replayFailure;
      }
      HeapContext.this.commands += nanosecondsOfHost;
      for (Runnable command : commands) {
        run(command);
      }
    }

    @Override
    public void close() {
      recordings.remove(this);
    }
  }

  private final class HeapMemory implements GpuMemory {
    private final int number;
    private byte[] content;
    private final long bytes;

    HeapMemory(long bytes, int number) {
      this.number = number;
      this.bytes = bytes;
      this.content = new byte[(int) bytes];
    }

    @Override
    public long bytes() {
      return bytes;
    }

    /** Its name, while it may be used. */
    String open() {
      assertNotNull(content, "memory is used before it is freed");
      return "#" + number;
    }

    @Override
    public GpuMemory renewed() {
      HeapMemory next = new HeapMemory(bytes, number);
      next.content = content;
      content = null;
      calls.add("renew " + bytes);
      return next;
    }

    @Override
    public void close() {
      if (content != null) {
        content = null;
        if (freesLate) {
          freedLate += bytes;
        } else {
          used -= bytes;
        }
        calls.add("free " + bytes);
      }
    }
  }

  private final class HeapFunction implements GpuFunction {
    private final String name;
    private final SortedMap<Integer, Supplier<String>> arguments = new TreeMap<>();
    private boolean open = true;

    HeapFunction(String name) {
      this.name = name;
    }

    @Override
    public void set(int argument, GpuMemory memory, long offset) {
      log("set " + argument + " to byte " + offset + " of " + memory.bytes());
      HeapMemory own = (HeapMemory) memory;
      arguments.put(argument, () -> own.open() + "+" + offset);
    }

    @Override
    public void set(int argument, int value) {
      log("set " + argument + " to int " + value);
      arguments.put(argument, () -> String.valueOf(value));
    }

    @Override
    public void set(int argument, long value) {
      log("set " + argument + " to long " + value);
      arguments.put(argument, () -> String.valueOf(value));
    }

    @Override
    public void set(int argument, float value) {
      log("set " + argument + " to float " + value);
      arguments.put(argument, () -> String.valueOf(value));
    }

    @Override
    public void set(int argument, double value) {
      log("set " + argument + " to double " + value);
      arguments.put(argument, () -> String.valueOf(value));
    }

    @Override
    public void launch() {
      assertTrue(open, name + " is launched before it is closed");
      log("launch " + name);
      requireDevice();
      SortedMap<Integer, Supplier<String>> now = new TreeMap<>(arguments);
      give(() -> runWith(now));
    }

    private void runWith(SortedMap<Integer, Supplier<String>> now) {
      commands += nanosecondsOfKernel - 1;
      if (!silent) {
        List<String> values = now.values().stream().map(Supplier::get).toList();
        ran.add(name + values);
      }
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
