package dev.cambium.opencl;

import dev.cambium.gpu.DeviceLostException;
import dev.cambium.gpu.GpuContext;
import dev.cambium.gpu.GpuDevice;
import dev.cambium.gpu.GpuException;
import dev.cambium.gpu.GpuFunction;
import dev.cambium.gpu.GpuMemory;
import dev.cambium.gpu.GpuProgram;
import dev.cambium.gpu.Grid;
import dev.cambium.gpu.KernelBuildException;
import dev.cambium.spi.OutOfMemoryException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jocl.CL;

/**
 * A real context whose device can be made to disappear, to be full, or to refuse a program. Once it
 * disappeared, everything fails but closing, as with a device that was pulled out.
 */
final class FailingContext implements GpuContext {
  /** Where the driver notices that the device is gone. */
  enum Call {
    LAUNCH,
    SYNCHRONIZE,
    READ
  }

  private static final long NEVER = Long.MAX_VALUE;

  private final OpenClContext device;
  private Call lossAt;
  private long callsUntilLoss;
  private boolean lost;
  private long launches;
  private long allocationsLeft = NEVER;
  private String refusedProgram = "";
  private final Set<String> programs = new TreeSet<>();

  FailingContext(OpenClContext device) {
    this.device = device;
  }

  /** Lets the device disappear at the {@code n}-th such call from now on, from 1. */
  void loseAt(Call call, long n) {
    lossAt = call;
    callsUntilLoss = n;
  }

  /** Lets {@code n} more allocations succeed. */
  void fullAfter(long n) {
    allocationsLeft = n;
  }

  /** There is memory again. */
  void recover() {
    allocationsLeft = NEVER;
  }

  /** Lets the compiler refuse a program; none when empty. */
  void refuse(String program) {
    refusedProgram = program;
  }

  /** How often a kernel was launched. */
  long launches() {
    return launches;
  }

  /** The programs that were asked for. */
  List<String> programs() {
    return List.copyOf(programs);
  }

  private void at(Call call, String what) {
    if (call == lossAt && --callsUntilLoss == 0) {
      lost = true;
      throw loss(what);
    }
    requireDevice(what);
  }

  private void requireDevice(String what) {
    if (lost) {
      throw loss(what);
    }
  }

  private GpuException loss(String what) {
    GpuException loss =
        OpenClStatus.failure(CL.CL_DEVICE_NOT_AVAILABLE, what, device().name(), false);
    if (!(loss instanceof DeviceLostException)) {
      throw new AssertionError(loss);
    }
    return loss;
  }

  @Override
  public GpuDevice device() {
    return device.device();
  }

  @Override
  public GpuMemory allocate(long bytes) {
    requireDevice("clCreateBuffer");
    if (allocationsLeft != NEVER && allocationsLeft-- <= 0) {
      allocationsLeft = 0;
      throw new OutOfMemoryException(device().name() + " cannot give " + bytes + " bytes");
    }
    return device.allocate(bytes);
  }

  @Override
  public GpuFunction function(GpuProgram program, String name, Grid grid) {
    requireDevice("clCreateKernel of " + name);
    if (program.name().equals(refusedProgram)) {
      throw new KernelBuildException("program " + program + " does not compile");
    }
    programs.add(program.name());
    return new Watched(device.function(program, name, grid), name);
  }

  @Override
  public void write(ByteBuffer from, GpuMemory to, long offset) {
    requireDevice("clEnqueueWriteBuffer");
    device.write(from, to, offset);
  }

  @Override
  public void read(GpuMemory from, long offset, ByteBuffer to) {
    at(Call.READ, "clEnqueueReadBuffer");
    device.read(from, offset, to);
  }

  @Override
  public void copy(GpuMemory from, long fromOffset, GpuMemory to, long toOffset, long bytes) {
    requireDevice("clEnqueueCopyBuffer");
    device.copy(from, fromOffset, to, toOffset, bytes);
  }

  @Override
  public void fill(GpuMemory memory, long offset, long bytes, byte[] pattern) {
    requireDevice("clEnqueueFillBuffer");
    device.fill(memory, offset, bytes, pattern);
  }

  @Override
  public void flush() {
    requireDevice("clFlush");
    device.flush();
  }

  @Override
  public void synchronize() {
    at(Call.SYNCHRONIZE, "clFinish");
    device.synchronize();
  }

  @Override
  public long busyNanoseconds(Runnable work) {
    requireDevice("clFinish");
    return device.busyNanoseconds(work);
  }

  @Override
  public void close() {
    device.close();
  }

  private final class Watched implements GpuFunction {
    private final GpuFunction function;
    private final String name;

    Watched(GpuFunction function, String name) {
      this.function = function;
      this.name = name;
    }

    @Override
    public void set(int argument, GpuMemory memory, long offset) {
      function.set(argument, memory, offset);
    }

    @Override
    public void set(int argument, int value) {
      function.set(argument, value);
    }

    @Override
    public void set(int argument, long value) {
      function.set(argument, value);
    }

    @Override
    public void set(int argument, float value) {
      function.set(argument, value);
    }

    @Override
    public void set(int argument, double value) {
      function.set(argument, value);
    }

    @Override
    public void launch() {
      launches++;
      at(Call.LAUNCH, "clEnqueueNDRangeKernel of kernel " + name);
      function.launch();
    }

    @Override
    public void close() {
      function.close();
    }
  }
}
