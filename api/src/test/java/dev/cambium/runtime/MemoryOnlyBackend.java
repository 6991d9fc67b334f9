package dev.cambium.runtime;

import dev.cambium.op.Op;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Memory;
import dev.cambium.spi.MemoryStatistics;
import dev.cambium.spi.Prepared;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.ValueType;
import java.nio.ByteBuffer;
import java.util.List;

/** A backend with memory alone: everything is lowered or runs on the host. */
final class MemoryOnlyBackend implements Backend {
  private final Backend memory = new ReferenceProvider().open(BackendConfig.defaults());

  @Override
  public String name() {
    return "memory-only";
  }

  @Override
  public Prepared prepare(Op op, List<ValueType> inputs) {
    return new Declined("memory only");
  }

  @Override
  public Memory allocate(long bytes) {
    return memory.allocate(bytes);
  }

  @Override
  public Buffer bind(Memory slot, long offset, ValueType type) {
    return memory.bind(slot, offset, type);
  }

  @Override
  public long bytes(ValueType type) {
    return memory.bytes(type);
  }

  @Override
  public void upload(ByteBuffer dense, Buffer to) {
    memory.upload(dense, to);
  }

  @Override
  public void download(Buffer from, ByteBuffer dense) {
    memory.download(from, dense);
  }

  @Override
  public void copy(Buffer from, Buffer to) {
    memory.copy(from, to);
  }

  @Override
  public void fill(Buffer buffer, double value) {
    memory.fill(buffer, value);
  }

  @Override
  public void synchronize() {
    memory.synchronize();
  }

  @Override
  public MemoryStatistics memory() {
    return memory.memory();
  }

  @Override
  public void close() {
    memory.close();
  }
}
