package dev.cambium.toy;

import dev.cambium.op.Op;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.KernelTable;
import dev.cambium.spi.Memory;
import dev.cambium.spi.MemoryStatistics;
import dev.cambium.spi.OutOfMemoryException;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Native memory of the JDK's, laid out as on the host. A call is done when it returns. */
final class ToyBackend implements Backend {
  private final String name;
  private final long limit;
  private final KernelTable kernels;
  private final Set<ToyMemory> open = new HashSet<>();
  private long bytes;
  private long peakBytes;
  private long totalAllocations;
  private boolean closed;

  ToyBackend(String name, long limit, KernelTable kernels) {
    this.name = name;
    this.limit = limit;
    this.kernels = kernels;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Prepared prepare(Op op, List<ValueType> inputs) {
    requireOpen();
    return kernels.prepare(op, inputs);
  }

  @Override
  public synchronized Memory allocate(long requested) {
    requireOpen();
    if (requested > Math.min(limit - bytes, Integer.MAX_VALUE)) {
      throw outOfMemory(requested);
    }
    ToyMemory memory;
    try {
      memory = new ToyMemory(this, ByteBuffer.allocateDirect((int) requested));
    } catch (OutOfMemoryError e) {
      throw outOfMemory(requested);
    }
    open.add(memory);
    bytes += requested;
    peakBytes = Math.max(peakBytes, bytes);
    totalAllocations++;
    return memory;
  }

  private OutOfMemoryException outOfMemory(long requested) {
    return new OutOfMemoryException(
        "%s cannot allocate %d bytes: %d are in use, the limit is %d (%s.memoryLimit); use a smaller batch"
            .formatted(name, requested, bytes, limit, name));
  }

  synchronized void free(ToyMemory memory) {
    if (open.remove(memory)) {
      bytes -= memory.bytes();
      memory.release();
    }
  }

  @Override
  public Buffer bind(Memory slot, long offset, ValueType type) {
    if (!(slot instanceof ToyMemory memory) || memory.owner() != this) {
      throw new IllegalArgumentException("slot must be memory of " + name + ", got " + slot);
    }
    memory.data();
    Backend.requireFits(memory, offset, type, bytes(type));
    return new ToyBuffer(memory, (int) offset, type);
  }

  @Override
  public long bytes(ValueType type) {
    return type instanceof TensorType tensor ? tensor.bytes() : ((Opaque) type).bytes();
  }

  @Override
  public void upload(ByteBuffer dense, Buffer to) {
    HostArray target = ((ToyBuffer) to).array();
    target.bytes().put(HostArray.wrap(target.type(), dense).bytes());
  }

  @Override
  public void download(Buffer from, ByteBuffer dense) {
    HostArray source = ((ToyBuffer) from).array();
    HostArray.wrap(source.type(), dense).bytes().put(source.bytes());
  }

  @Override
  public void copy(Buffer from, Buffer to) {
    upload(((ToyBuffer) from).array().bytes(), to);
  }

  @Override
  public void fill(Buffer buffer, double value) {
    HostArray target = ((ToyBuffer) buffer).array();
    for (int i = 0; i < target.shape().intSize(); i++) {
      target.set(i, value);
    }
  }

  @Override
  public void synchronize() {
    requireOpen();
  }

  private synchronized void requireOpen() {
    if (closed) {
      throw new IllegalStateException("backend " + name + " was closed");
    }
  }

  @Override
  public synchronized MemoryStatistics memory() {
    return new MemoryStatistics(bytes, open.size(), peakBytes, totalAllocations);
  }

  @Override
  public synchronized void close() {
    closed = true;
    List.copyOf(open).forEach(this::free);
  }
}
