package dev.cambium.gpu;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.function.ToLongFunction;

/** A device whose memory holds nothing, and whose kernels take the time that a test says. */
final class TimedContext implements GpuContext {
  private final ToLongFunction<String> nanoseconds;
  private int openFunctions;
  private String launched = "";

  /**
   * A device.
   *
   * @param nanoseconds the time of a kernel by its tile, for example {@code 64x64}; negative where
   *     it does not compile
   */
  TimedContext(ToLongFunction<String> nanoseconds) {
    this.nanoseconds = nanoseconds;
  }

  int openFunctions() {
    return openFunctions;
  }

  @Override
  public GpuDevice device() {
    long plenty = 1L << 40;
    return new GpuDevice(
        "fake", "0", "timed", "a test", "1", false, 100, 1024, 1 << 16, plenty, plenty, true);
  }

  @Override
  public GpuMemory allocate(long bytes) {
    return new GpuMemory() {
      @Override
      public long bytes() {
        return bytes;
      }

      @Override
      public void close() {}
    };
  }

  /** Programs without tiles take no time. */
  @Override
  public GpuFunction function(GpuProgram program, String name, Grid grid) {
    String tile = program.defines().get("TILE_M") + "x" + program.defines().get("TILE_N");
    boolean tiled = program.defines().containsKey("TILE_M");
    if (tiled && nanoseconds.applyAsLong(tile) < 0) {
      throw new KernelBuildException(program + " does not compile");
    }
    openFunctions++;
    return (GpuFunction)
        Proxy.newProxyInstance(
            GpuFunction.class.getClassLoader(),
            new Class<?>[] {GpuFunction.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("launch") && tiled) {
                launched = tile;
              } else if (method.getName().equals("close")) {
                openFunctions--;
              }
              return null;
            });
  }

  @Override
  public long busyNanoseconds(Runnable work) {
    launched = "";
    work.run();
    return launched.isEmpty() ? 1 : nanoseconds.applyAsLong(launched);
  }

  @Override
  public void write(ByteBuffer from, GpuMemory to, long offset) {}

  @Override
  public void read(GpuMemory from, long offset, ByteBuffer to) {}

  @Override
  public void copy(GpuMemory from, long fromOffset, GpuMemory to, long toOffset, long bytes) {}

  @Override
  public void fill(GpuMemory memory, long offset, long bytes, byte[] pattern) {}

  @Override
  public void flush() {}

  @Override
  public void synchronize() {}

  @Override
  public void close() {}
}
