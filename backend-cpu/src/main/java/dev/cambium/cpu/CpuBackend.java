package dev.cambium.cpu;

import dev.cambium.op.Op;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.ChannelsLast;
import dev.cambium.spi.KernelTable;
import dev.cambium.spi.Launch;
import dev.cambium.spi.Memory;
import dev.cambium.spi.MemoryStatistics;
import dev.cambium.spi.NanBehaviour;
import dev.cambium.spi.Prepared;
import dev.cambium.spi.Sequence;
import dev.cambium.spi.Tuning;
import dev.cambium.tensor.ValueType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/**
 * The processor as a device. Every call is done when it returns; kernels run on the submission
 * thread, transfers on the thread that calls.
 */
final class CpuBackend implements Backend {
  private final CpuPlatform platform;
  private final KernelTable kernels;
  private boolean closed;

  CpuBackend(CpuPlatform platform) {
    this.platform = platform;
    this.kernels = CpuKernels.table(platform);
  }

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public Prepared prepare(Op op, List<ValueType> inputs) {
    return platform.thread().call(() -> kernels.prepare(op, inputs));
  }

  @Override
  public Memory allocate(long bytes) {
    platform.thread().checkOpen();
    return platform.memory().allocate(bytes);
  }

  @Override
  public Buffer bind(Memory slot, long offset, ValueType type) {
    if (!(slot instanceof CpuMemory memory) || !memory.isOf(platform.memory())) {
      throw new IllegalArgumentException("slot must be memory of this cpu backend, got " + slot);
    }
    Backend.requireFits(memory, offset, type, bytes(type));
    return new CpuBuffer(memory, offset, type);
  }

  @Override
  public long bytes(ValueType type) {
    return ChannelsLast.bytes(type);
  }

  @Override
  public void upload(ByteBuffer dense, Buffer to) {
    CpuBuffer target = CpuBuffer.of(to);
    platform.memory().access(() -> CpuTransfer.upload(dense, target));
  }

  @Override
  public void download(Buffer from, ByteBuffer dense) {
    CpuBuffer source = CpuBuffer.of(from);
    platform.memory().access(() -> CpuTransfer.download(source, dense));
  }

  @Override
  public void copy(Buffer from, Buffer to) {
    CpuBuffer source = CpuBuffer.of(from);
    CpuBuffer target = CpuBuffer.of(to);
    platform.memory().access(() -> CpuTransfer.copy(source, target));
  }

  @Override
  public void fill(Buffer buffer, double value) {
    CpuBuffer target = CpuBuffer.of(buffer);
    platform.memory().access(() -> CpuTransfer.fill(target, value));
  }

  /**
   * Most of oneDNN's primitives rectify with the processor's maximum instruction, which drops NaN;
   * which of them serves a shape is its choice, and batch norm over a number of channels that fills
   * no vector compares, and keeps NaN. None of its max poolings chooses NaN.
   */
  @Override
  public NanBehaviour nanBehaviour() {
    return new NanBehaviour(NanBehaviour.Rule.EITHER, NanBehaviour.Rule.DROPPED);
  }

  @Override
  public Sequence sequence(List<Launch> launches) {
    return new CpuSequence(platform.thread(), launches);
  }

  @Override
  public void submit(Runnable work) {
    platform.thread().run(work);
  }

  /** Nothing to wait for: whoever gave work waited for it. */
  @Override
  public void synchronize() {
    platform.thread().run(() -> {});
  }

  @Override
  public Tuning tune(Consumer<Tuning.Trial> progress) {
    return Tuning.nothing("oneDNN chooses by itself");
  }

  @Override
  public MemoryStatistics memory() {
    return platform.memory().statistics();
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      platform.close();
    }
  }
}
