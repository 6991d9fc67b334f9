package dev.cambium.spi.reference;

import dev.cambium.op.Op;
import dev.cambium.op.Reshape;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Memory;
import dev.cambium.spi.MemoryStatistics;
import dev.cambium.spi.OutOfMemoryException;
import dev.cambium.spi.Prepared;
import dev.cambium.spi.View;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Heap memory in double, row-major for every rank, and each operation by its host function. Calls
 * run at once on the thread that makes them, one at a time.
 */
final class ReferenceBackend implements Backend {
  private final String name;
  private final long limit;
  private final Set<ReferenceMemory> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private long bytes;
  private long peakBytes;
  private long totalAllocations;
  private boolean closed;

  /**
   * An open backend.
   *
   * @param limit the bytes that it gives out at most
   */
  ReferenceBackend(String name, long limit) {
    this.name = name;
    this.limit = limit;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public synchronized Prepared prepare(Op op, List<ValueType> inputs) {
    requireOpen();
    op.infer(inputs);
    if (op instanceof Reshape) {
      return new View(0);
    }
    return op.host()
        .<Prepared>map(function -> new ReferenceKernel(this, function))
        .orElseGet(() -> new Declined(op.name() + " has no host function"));
  }

  @Override
  public synchronized Memory allocate(long requested) {
    requireOpen();
    if (requested < 0) {
      throw new IllegalArgumentException("bytes to allocate must be at least 0, got " + requested);
    }
    long elements = (requested + Double.BYTES - 1) / Double.BYTES;
    if (elements > Integer.MAX_VALUE - 8 || elements * Double.BYTES > limit - bytes) {
      throw outOfMemory(requested, null);
    }
    ReferenceMemory memory;
    try {
      memory = new ReferenceMemory(this, new double[(int) elements]);
    } catch (OutOfMemoryError e) {
      throw outOfMemory(requested, e);
    }
    open.add(memory);
    bytes += memory.bytes();
    peakBytes = Math.max(peakBytes, bytes);
    totalAllocations++;
    return memory;
  }

  private OutOfMemoryException outOfMemory(long requested, OutOfMemoryError cause) {
    OutOfMemoryException exception =
        new OutOfMemoryException(
            "backend "
                + name
                + " cannot allocate "
                + requested
                + " bytes: "
                + bytes
                + " are in use"
                + (limit == Long.MAX_VALUE ? "" : " of " + limit + " (reference.memoryLimit)")
                + "; use a smaller batch, or give the JVM more heap with -Xmx");
    exception.initCause(cause);
    return exception;
  }

  @Override
  public Buffer bind(Memory slot, long offset, ValueType type) {
    if (!(slot instanceof ReferenceMemory memory) || memory.owner() != this) {
      throw new IllegalArgumentException(
          "slot must be memory of backend " + name + ", got " + slot);
    }
    memory.values();
    Backend.requireFits(memory, offset, type, bytes(type));
    return new ReferenceBuffer(memory, Math.toIntExact(offset / Double.BYTES), type);
  }

  @Override
  public long bytes(ValueType type) {
    return type instanceof TensorType tensor
        ? Math.multiplyExact(tensor.shape().size(), (long) Double.BYTES)
        : ((Opaque) type).bytes();
  }

  @Override
  public void upload(ByteBuffer dense, Buffer to) {
    inOrder(
        () -> {
          ReferenceBuffer buffer = own(to);
          HostArray source = HostArray.wrap(buffer.tensorType(), dense);
          double[] values = buffer.memory().values();
          for (int i = 0; i < buffer.size(); i++) {
            values[buffer.first() + i] = source.get(i);
          }
        });
  }

  @Override
  public void download(Buffer from, ByteBuffer dense) {
    inOrder(
        () -> {
          ReferenceBuffer buffer = own(from);
          HostArray target = HostArray.wrap(buffer.tensorType(), dense);
          double[] values = buffer.memory().values();
          for (int i = 0; i < buffer.size(); i++) {
            target.set(i, values[buffer.first() + i]);
          }
        });
  }

  @Override
  public void copy(Buffer from, Buffer to) {
    if (!from.type().equals(to.type())) {
      throw new IllegalArgumentException(
          "copy needs two buffers of the same type, got " + from.type() + " and " + to.type());
    }
    inOrder(
        () -> {
          ReferenceBuffer source = own(from);
          ReferenceBuffer target = own(to);
          System.arraycopy(
              source.memory().values(),
              source.first(),
              target.memory().values(),
              target.first(),
              target.size());
        });
  }

  @Override
  public void fill(Buffer buffer, double value) {
    inOrder(
        () -> {
          ReferenceBuffer target = own(buffer);
          DoubleArray array = target.array();
          Arrays.fill(array.values(), value);
          target.keep(array);
        });
  }

  @Override
  public synchronized void synchronize() {
    requireOpen();
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

  /** Runs {@code action} with nothing else of this backend beside it. */
  synchronized void inOrder(Runnable action) {
    requireOpen();
    action.run();
  }

  /** Frees memory, unless that was done before. */
  synchronized void free(ReferenceMemory memory) {
    if (open.remove(memory)) {
      bytes -= memory.bytes();
      memory.release();
    }
  }

  /** {@code buffer}, which must be of this backend. */
  ReferenceBuffer own(Buffer buffer) {
    if (buffer instanceof ReferenceBuffer own && own.memory().owner() == this) {
      return own;
    }
    throw new IllegalArgumentException(
        "a buffer of backend " + name + " was expected, got " + buffer);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("backend " + name + " was closed");
    }
  }
}
