package dev.cambium.cuda;

import static jcuda.driver.CUresult.CUDA_SUCCESS;

import dev.cambium.gpu.GpuContext;
import dev.cambium.gpu.GpuDevice;
import dev.cambium.gpu.GpuException;
import dev.cambium.gpu.GpuFunction;
import dev.cambium.gpu.GpuMemory;
import dev.cambium.gpu.GpuProgram;
import dev.cambium.gpu.GpuRecording;
import dev.cambium.gpu.Grid;
import dev.cambium.spi.BackendConfig;
import java.nio.ByteBuffer;
import java.util.Optional;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUfunction;
import jcuda.driver.CUgraphExec;

/**
 * One NVIDIA device: who owns what on it, and what may still be used. It works in the device's
 * primary context, as libraries like cuBLAS do, and makes that the calling thread's own at each
 * call, as the thread may have been elsewhere meanwhile.
 */
final class CudaContext implements GpuContext {
  private final CudaDriver driver;
  private final CudaDevice device;
  private final CudaFaults faults;
  private final boolean wantsGraphs;
  private final CUcontext context = new CUcontext();
  private CudaCommands commands;
  private CudaMemories memories;
  private CudaModules modules;
  private CudaStaging staging;
  private CudaDownload download;
  private CudaGraphs graphs;
  private boolean closed;

  /**
   * Opens a device.
   *
   * @param driver the driver, on which {@link CudaDriver#init} was called
   * @param device the device
   * @param config the setting {@code cuda.graphs}: {@code on}, which is the default, or {@code off}
   * @throws GpuException when the driver does not let it; nothing is left open then
   */
  CudaContext(CudaDriver driver, CudaDevice device, BackendConfig config) {
    this.driver = driver;
    this.device = device;
    this.wantsGraphs = wantsGraphs(config);
    this.faults =
        new CudaFaults("cuda:" + device.about().id() + " (" + device.about().name() + ")");
    int status = driver.devicePrimaryCtxRetain(context, device.handle());
    faults.check(status, "cuDevicePrimaryCtxRetain");
    try {
      open();
    } catch (RuntimeException | Error failed) {
      release();
      throw failed;
    }
  }

  private void open() {
    makeCurrent();
    commands = new CudaCommands(driver, faults);
    memories =
        new CudaMemories(
            driver, device, commands.stream(), faults, () -> driver.ctxSetCurrent(context));
    modules = new CudaModules(driver, device, faults);
    download = new CudaDownload(driver, commands, faults);
    graphs = new CudaGraphs(driver, commands, faults);
    staging = new CudaStaging(driver, commands, memories, faults);
  }

  private static boolean wantsGraphs(BackendConfig config) {
    String graphs = config.property("cuda.graphs").orElse("on");
    return switch (graphs) {
      case "on" -> true;
      case "off" -> false;
      default ->
          throw new IllegalArgumentException("cuda.graphs must be on or off, got '" + graphs + "'");
    };
  }

  @Override
  public GpuDevice device() {
    return device.about();
  }

  @Override
  public GpuMemory allocate(long bytes) {
    enter();
    return memories.allocate(bytes);
  }

  @Override
  public GpuFunction function(GpuProgram program, String name, Grid grid) {
    enter();
    CudaModules.Kernel kernel = modules.kernel(program, name);
    int items = grid.localX() * grid.localY();
    int most = Math.min(device().mostLocalItems(), kernel.entry().mostWorkItems());
    if (items > most) {
      throw new GpuException(
          "kernel "
              + name
              + " of "
              + program
              + " wants groups of "
              + items
              + " work-items, on "
              + faults.device()
              + " it can have at most "
              + most);
    }
    return new CudaFunction(this, kernel, name, grid);
  }

  void launch(CUfunction function, int[] groups, int[] items, Pointer parameters, String call) {
    enter();
    commands.launch(function, groups, items, parameters, call);
  }

  @Override
  public void write(ByteBuffer from, GpuMemory to, long offset) {
    enter();
    long target = memories.own(to).range(offset, from.remaining());
    if (from.hasRemaining()) {
      staging.write(from, target);
    }
  }

  @Override
  public void read(GpuMemory from, long offset, ByteBuffer to) {
    enter();
    long source = memories.own(from).range(offset, to.remaining());
    if (to.hasRemaining()) {
      download.read(source, to);
    }
  }

  @Override
  public void copy(GpuMemory from, long fromOffset, GpuMemory to, long toOffset, long bytes) {
    enter();
    long source = memories.own(from).range(fromOffset, bytes);
    long target = memories.own(to).range(toOffset, bytes);
    if (bytes > 0) {
      commands.copy(source, target, bytes);
    }
  }

  @Override
  public void fill(GpuMemory memory, long offset, long bytes, byte[] pattern) {
    enter();
    long target = memories.own(memory).range(offset, bytes);
    if (bytes > 0) {
      commands.fill(target, bytes, pattern);
    }
  }

  /** A stream begins with what it was given at once. */
  @Override
  public void flush() {
    enter();
  }

  @Override
  public void synchronize() {
    enter();
    commands.finish();
  }

  @Override
  public long busyNanoseconds(Runnable work) {
    enter();
    return commands.nanoseconds(work);
  }

  @Override
  public Optional<GpuRecording> record(Runnable work) {
    enter();
    return wantsGraphs ? graphs.record(this, work).map(recording -> recording) : Optional.empty();
  }

  void launch(CUgraphExec graph) {
    enter();
    commands.launch(graph);
  }

  void forget(CudaRecording recording, CUgraphExec graph) {
    if (!closed) {
      makeCurrent();
      graphs.forget(recording, graph);
    }
  }

  CudaDriver driver() {
    return driver;
  }

  CudaMemories memories() {
    return memories;
  }

  /** What the driver says of the device. */
  CudaDevice cudaDevice() {
    return device;
  }

  /** Where commands go, for libraries that give some too. */
  CudaCommands commands() {
    return commands;
  }

  CudaFaults faults() {
    return faults;
  }

  /** Before each call: it may come from any thread. */
  void enter() {
    if (closed) {
      throw new IllegalStateException(
          faults.device() + " was closed: open the backend again to use it");
    }
    faults.requireDevice();
    makeCurrent();
  }

  private void makeCurrent() {
    faults.check(driver.ctxSetCurrent(context), "cuCtxSetCurrent");
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      release();
    }
  }

  /** Waits and frees what there is; what fails then is of no interest any more. */
  private void release() {
    CUcontext before = new CUcontext();
    int asked = driver.ctxGetCurrent(before);
    driver.ctxSetCurrent(context);
    if (commands != null) {
      driver.streamSynchronize(commands.stream());
    }
    if (staging != null) {
      staging.release();
    }
    if (graphs != null) {
      graphs.release();
      download.release();
      modules.release();
      memories.release();
    }
    if (commands != null) {
      commands.release();
    }
    // Another context of the thread stays its own; this one may be gone now.
    driver.ctxSetCurrent(asked == CUDA_SUCCESS && !before.equals(context) ? before : null);
    driver.devicePrimaryCtxRelease(device.handle());
  }
}
