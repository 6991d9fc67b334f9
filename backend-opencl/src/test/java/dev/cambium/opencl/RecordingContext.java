package dev.cambium.opencl;

import dev.cambium.gpu.GpuContext;
import dev.cambium.gpu.GpuDevice;
import dev.cambium.gpu.GpuFunction;
import dev.cambium.gpu.GpuMemory;
import dev.cambium.gpu.GpuProgram;
import dev.cambium.gpu.GpuRecording;
import dev.cambium.gpu.Grid;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A real context that records as GPUs with graphs do: a recording has the arguments that its
 * launches had then, whatever their functions are given later, and leaves those to them.
 */
final class RecordingContext implements GpuContext {
  private final OpenClContext device;
  private List<Runnable> noted;
  private long replays;

  RecordingContext(OpenClContext device) {
    this.device = device;
  }

  /** How many recordings ran. */
  long replays() {
    return replays;
  }

  @Override
  public Optional<GpuRecording> record(Runnable work) {
    List<Runnable> commands = new ArrayList<>();
    noted = commands;
    try {
      work.run();
    } finally {
      noted = null;
    }
    return Optional.of(
        new GpuRecording() {
          @Override
          public void launch() {
            replays++;
            commands.forEach(Runnable::run);
          }

          @Override
          public void close() {
            commands.clear();
          }
        });
  }

  private void give(Runnable command) {
    if (noted == null) {
      command.run();
    } else {
      noted.add(command);
    }
  }

  private void requireNoRecording() {
    if (noted != null) {
      throw new IllegalStateException("a recording neither waits nor writes from the host");
    }
  }

  @Override
  public GpuFunction function(GpuProgram program, String name, Grid grid) {
    return new Noting(device.function(program, name, grid));
  }

  /** A function whose launches know their arguments. */
  private final class Noting implements GpuFunction {
    private final GpuFunction function;
    private final Map<Integer, Consumer<GpuFunction>> arguments = new TreeMap<>();

    Noting(GpuFunction function) {
      this.function = function;
    }

    private void set(int argument, Consumer<GpuFunction> value) {
      arguments.put(argument, value);
      value.accept(function);
    }

    @Override
    public void set(int argument, GpuMemory memory, long offset) {
      set(argument, to -> to.set(argument, memory, offset));
    }

    @Override
    public void set(int argument, int value) {
      set(argument, to -> to.set(argument, value));
    }

    @Override
    public void set(int argument, long value) {
      set(argument, to -> to.set(argument, value));
    }

    @Override
    public void set(int argument, float value) {
      set(argument, to -> to.set(argument, value));
    }

    @Override
    public void set(int argument, double value) {
      set(argument, to -> to.set(argument, value));
    }

    @Override
    public void launch() {
      if (noted == null) {
        function.launch();
        return;
      }
      List<Consumer<GpuFunction>> then = List.copyOf(arguments.values());
      noted.add(
          () -> {
            then.forEach(value -> value.accept(function));
            function.launch();
            arguments.values().forEach(value -> value.accept(function));
          });
    }

    @Override
    public void close() {
      function.close();
    }
  }

  @Override
  public GpuDevice device() {
    return device.device();
  }

  @Override
  public GpuMemory allocate(long bytes) {
    return device.allocate(bytes);
  }

  @Override
  public void write(ByteBuffer from, GpuMemory to, long offset) {
    requireNoRecording();
    device.write(from, to, offset);
  }

  @Override
  public void read(GpuMemory from, long offset, ByteBuffer to) {
    requireNoRecording();
    device.read(from, offset, to);
  }

  @Override
  public void copy(GpuMemory from, long fromOffset, GpuMemory to, long toOffset, long bytes) {
    give(() -> device.copy(from, fromOffset, to, toOffset, bytes));
  }

  @Override
  public void fill(GpuMemory memory, long offset, long bytes, byte[] pattern) {
    give(() -> device.fill(memory, offset, bytes, pattern));
  }

  @Override
  public void flush() {
    device.flush();
  }

  @Override
  public void synchronize() {
    requireNoRecording();
    device.synchronize();
  }

  @Override
  public long busyNanoseconds(Runnable work) {
    return device.busyNanoseconds(work);
  }

  @Override
  public void close() {
    device.close();
  }
}
