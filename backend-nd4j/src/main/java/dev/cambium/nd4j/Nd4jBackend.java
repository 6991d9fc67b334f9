package dev.cambium.nd4j;

import dev.cambium.op.Op;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.KernelTable;
import dev.cambium.spi.Launch;
import dev.cambium.spi.Memory;
import dev.cambium.spi.MemoryStatistics;
import dev.cambium.spi.NanBehaviour;
import dev.cambium.spi.Prepared;
import dev.cambium.spi.Sequence;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.ByteBuffer;
import java.util.List;

/** ND4J on the processor as a device. Every call is done when it returns. */
final class Nd4jBackend implements Backend {
  private final Nd4jThread thread = new Nd4jThread("cambium-nd4j");
  private final MemoryLedger memory;
  private final KernelTable kernels;
  private boolean closed;

  /**
   * Opens the device.
   *
   * @param memoryLimit the bytes that it gives out at most
   */
  Nd4jBackend(long memoryLimit) {
    this.memory = new MemoryLedger(thread, memoryLimit);
    this.kernels = Nd4jKernels.table(thread);
  }

  @Override
  public String name() {
    return "nd4j";
  }

  @Override
  public Prepared prepare(Op op, List<ValueType> inputs) {
    return thread.call(() -> kernels.prepare(op, inputs));
  }

  @Override
  public Memory allocate(long bytes) {
    thread.checkOpen();
    return memory.allocate(bytes);
  }

  @Override
  public Buffer bind(Memory slot, long offset, ValueType type) {
    if (!(slot instanceof Nd4jMemory own) || !own.isOf(memory)) {
      throw new IllegalArgumentException("slot must be memory of this nd4j backend, got " + slot);
    }
    Backend.requireFits(own, offset, type, bytes(type));
    return new Nd4jBuffer(own, offset, type);
  }

  @Override
  public long bytes(ValueType type) {
    return type instanceof TensorType tensor ? tensor.bytes() : ((Opaque) type).bytes();
  }

  @Override
  public void upload(ByteBuffer dense, Buffer to) {
    Nd4jBuffer target = own(to);
    thread.run(() -> Nd4jTransfer.upload(dense, target));
  }

  @Override
  public void download(Buffer from, ByteBuffer dense) {
    Nd4jBuffer source = own(from);
    thread.run(() -> Nd4jTransfer.download(source, dense));
  }

  @Override
  public void copy(Buffer from, Buffer to) {
    Nd4jBuffer source = own(from);
    Nd4jBuffer target = own(to);
    thread.run(() -> Nd4jTransfer.copy(source, target));
  }

  @Override
  public void fill(Buffer buffer, double value) {
    Nd4jBuffer target = own(buffer);
    thread.run(() -> Nd4jTransfer.fill(target, value));
  }

  private Nd4jBuffer own(Buffer buffer) {
    Nd4jBuffer own = Nd4jBuffer.of(buffer);
    if (!own.memory().isOf(memory)) {
      throw new IllegalArgumentException(
          "a buffer of this nd4j backend was expected, got one of another");
    }
    return own;
  }

  /** ND4J's pooling compares with "greater", which no NaN is; its ReLU compares with "less". */
  @Override
  public NanBehaviour nanBehaviour() {
    return new NanBehaviour(NanBehaviour.Rule.PROPAGATED, NanBehaviour.Rule.DROPPED);
  }

  @Override
  public Sequence sequence(List<Launch> launches) {
    List<Launch> all = List.copyOf(launches);
    return () -> thread.run(() -> all.forEach(Nd4jBackend::launch));
  }

  private static void launch(Launch launch) {
    try {
      launch.run();
    } catch (Nd4jException failed) {
      throw new Nd4jException(launch.label() + ": " + failed.getMessage(), failed);
    }
  }

  @Override
  public void submit(Runnable work) {
    thread.run(work);
  }

  /** Nothing to wait for: whoever gave work waited for it. */
  @Override
  public void synchronize() {
    thread.run(() -> {});
  }

  @Override
  public MemoryStatistics memory() {
    return memory.statistics();
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      memory.freeAll();
      thread.close();
    }
  }
}
