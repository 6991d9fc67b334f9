package dev.cambium.gpu;

import dev.cambium.op.Broadcast;
import dev.cambium.op.Fill;
import dev.cambium.op.Op;
import dev.cambium.op.Reshape;
import dev.cambium.op.Transpose;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.ChannelsLast;
import dev.cambium.spi.Declined;
import dev.cambium.spi.KernelClock;
import dev.cambium.spi.KernelTable;
import dev.cambium.spi.Launch;
import dev.cambium.spi.Memory;
import dev.cambium.spi.MemoryStatistics;
import dev.cambium.spi.Prepared;
import dev.cambium.spi.Sequence;
import dev.cambium.spi.Tuning;
import dev.cambium.spi.Upload;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A device under a {@link GpuContext} as a backend: the kernels of this module, pooled memory, and
 * one gate through which all threads give their work to the device, in order.
 */
public final class GpuBackend implements Backend {
  /** They do not compute: an element of FLOAT64 is 64 bits to them, on any device. */
  private static final Set<Class<? extends Op>> MOVEMENTS =
      Set.of(Fill.class, Reshape.class, Transpose.class, Broadcast.class);

  private final GpuPlatform platform;
  private final GpuTransfer transfer;
  private final PackedUpload packed;
  private final KernelTable kernels;

  /**
   * Takes over a context, which is closed with the backend.
   *
   * @param context the open device
   * @param config settings, with the device's {@link GpuDevice#backend} and a dot before their
   *     names: {@code memoryLimit}, the bytes that are given out at most; {@code kernels}, {@code
   *     wide} or {@code tiled}, forces all kernels to be of one kind of device; {@code tuning}, the
   *     folder of what {@link #tune} found, or {@code off}; and {@code leaks} = {@code trace} warns
   *     about memory that was not closed
   * @throws IllegalArgumentException when a setting is wrong; the context is then left open
   */
  public GpuBackend(GpuContext context, BackendConfig config) {
    this(context, config, VendorKernels.NONE);
  }

  /**
   * Takes over a context, and libraries of the device's maker that compute on it; both are closed
   * with the backend, the libraries first.
   *
   * @param context the open device
   * @param config settings as above, and {@code libraries}: {@code auto} takes for each operation
   *     what is fastest on the device, measured once and kept where {@code tuning} says; {@code
   *     always} a library's first offer wherever there is one; {@code off} our own kernels
   * @param libraries what the libraries do
   * @throws IllegalArgumentException when a setting is wrong; both are then left open
   */
  public GpuBackend(GpuContext context, BackendConfig config, VendorKernels libraries) {
    this.platform = new GpuPlatform(context, config, libraries);
    this.transfer = new GpuTransfer(platform);
    this.packed = new PackedUpload(platform, transfer);
    this.kernels = GpuKernels.table(platform);
  }

  /** What its kernels share. */
  GpuPlatform platform() {
    return platform;
  }

  @Override
  public String name() {
    return platform.name();
  }

  @Override
  public Prepared prepare(Op op, List<ValueType> inputs) {
    platform.requireOpen();
    if (!platform.device().hasDouble()
        && !MOVEMENTS.contains(op.getClass())
        && needsDouble(op, inputs)) {
      return new Declined("the device does not compute in FLOAT64");
    }
    try {
      return kernels.prepare(op, inputs);
    } catch (GridTooLargeException tooLarge) {
      return new Declined(op.name() + " of " + inputs + " would take " + tooLarge.getMessage());
    }
  }

  private static boolean needsDouble(Op op, List<ValueType> inputs) {
    return inputs.stream().anyMatch(GpuBackend::isDouble)
        || op.infer(inputs).stream().anyMatch(GpuBackend::isDouble);
  }

  private static boolean isDouble(ValueType type) {
    return type instanceof TensorType tensor && tensor.dtype() == DType.FLOAT64;
  }

  @Override
  public Memory allocate(long bytes) {
    return platform.memory().allocate(bytes);
  }

  @Override
  public Buffer bind(Memory slot, long offset, ValueType type) {
    if (!(slot instanceof GpuSlot memory) || !memory.isOf(platform.memory())) {
      throw new IllegalArgumentException(
          "slot must be memory of this backend " + name() + ", got " + slot);
    }
    memory.open();
    Backend.requireFits(memory, offset, type, bytes(type));
    return new GpuBuffer(memory, offset, type);
  }

  @Override
  public long bytes(ValueType type) {
    return ChannelsLast.bytes(type);
  }

  @Override
  public void upload(ByteBuffer dense, Buffer to) {
    GpuBuffer target = GpuBuffer.of(to);
    inOrder(() -> transfer.upload(dense, target));
  }

  @Override
  public void upload(List<Upload> uploads) {
    inOrder(() -> packed.run(uploads));
  }

  @Override
  public void download(Buffer from, ByteBuffer dense) {
    GpuBuffer source = GpuBuffer.of(from);
    inOrder(() -> transfer.download(source, dense));
  }

  @Override
  public void copy(Buffer from, Buffer to) {
    GpuBuffer source = GpuBuffer.of(from);
    GpuBuffer target = GpuBuffer.of(to);
    inOrder(() -> transfer.copy(source, target));
  }

  @Override
  public void fill(Buffer buffer, double value) {
    GpuBuffer target = GpuBuffer.of(buffer);
    inOrder(() -> transfer.fill(target, value));
  }

  @Override
  public Sequence sequence(List<Launch> launches) {
    return new GpuSequence(platform, launches);
  }

  @Override
  public void submit(Runnable work) {
    inOrder(work);
  }

  @Override
  public void synchronize() {
    inOrder(platform.context()::synchronize);
  }

  @Override
  public long busyNanoseconds(Runnable work) {
    return platform.busyNanoseconds(work);
  }

  @Override
  public Tuning tune(Consumer<Tuning.Trial> progress) {
    platform.requireOpen();
    return GpuContractions.tune(this, progress);
  }

  @Override
  public KernelClock clock() {
    return KernelClock.DEVICE;
  }

  private void inOrder(Runnable work) {
    platform.enter();
    try {
      platform.requireOpen();
      work.run();
    } finally {
      platform.leave();
    }
  }

  @Override
  public MemoryStatistics memory() {
    return platform.memory().statistics();
  }

  @Override
  public void close() {
    platform.enter();
    try {
      transfer.close();
    } finally {
      platform.close();
      platform.leave();
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
