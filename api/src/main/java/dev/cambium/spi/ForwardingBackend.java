package dev.cambium.spi;

import dev.cambium.op.Op;
import dev.cambium.tensor.ValueType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Hands every call to another backend; a decorator overrides what it does otherwise. Sequences run
 * launch by launch, as a decorator may have kernels of its own, which the other backend does not
 * know; likewise several uploads go one by one, as a decorator may do something at each.
 */
public class ForwardingBackend implements Backend {
  private final Backend backend;

  /** Forwards to {@code backend}, which is closed with this one. */
  public ForwardingBackend(Backend backend) {
    this.backend = Objects.requireNonNull(backend, "backend");
  }

  @Override
  public String name() {
    return backend.name();
  }

  @Override
  public Prepared prepare(Op op, List<ValueType> inputs) {
    return backend.prepare(op, inputs);
  }

  @Override
  public Memory allocate(long bytes) {
    return backend.allocate(bytes);
  }

  @Override
  public Buffer bind(Memory slot, long offset, ValueType type) {
    return backend.bind(slot, offset, type);
  }

  @Override
  public long bytes(ValueType type) {
    return backend.bytes(type);
  }

  @Override
  public void upload(ByteBuffer dense, Buffer to) {
    backend.upload(dense, to);
  }

  @Override
  public void download(Buffer from, ByteBuffer dense) {
    backend.download(from, dense);
  }

  @Override
  public void copy(Buffer from, Buffer to) {
    backend.copy(from, to);
  }

  @Override
  public void fill(Buffer buffer, double value) {
    backend.fill(buffer, value);
  }

  @Override
  public NanBehaviour nanBehaviour() {
    return backend.nanBehaviour();
  }

  @Override
  public void submit(Runnable work) {
    backend.submit(work);
  }

  @Override
  public void synchronize() {
    backend.synchronize();
  }

  @Override
  public long busyNanoseconds(Runnable work) {
    return backend.busyNanoseconds(work);
  }

  @Override
  public KernelClock clock() {
    return backend.clock();
  }

  @Override
  public Tuning tune(Consumer<Tuning.Trial> progress) {
    return backend.tune(progress);
  }

  @Override
  public MemoryStatistics memory() {
    return backend.memory();
  }

  @Override
  public void close() {
    backend.close();
  }
}
