package dev.cambium.spi;

import dev.cambium.op.Op;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Checks every call to another backend against the contract of this package: buffers have the types
 * that the kernel was prepared for, memory and kernels are used before they are closed, an output
 * shares memory with an input only where the operation allows it, dense arrays have the right size.
 * A violation throws {@link IllegalArgumentException} or, after close, {@link
 * IllegalStateException}, before the other backend is called.
 *
 * <p>With poison, outputs and scratch hold NaN (integers: their smallest value) before each run, so
 * that a kernel that forgets an element, or reads what it did not write, shows.
 */
public final class CheckingBackend implements Backend {
  private final Backend backend;
  private final boolean poison;
  private volatile boolean closed;

  /**
   * Checks {@code backend}, which is closed with this one.
   *
   * @param poison whether outputs and scratch are filled before each run
   */
  public CheckingBackend(Backend backend, boolean poison) {
    this.backend = Objects.requireNonNull(backend, "backend");
    this.poison = poison;
  }

  @Override
  public String name() {
    return backend.name();
  }

  @Override
  public Prepared prepare(Op op, List<ValueType> inputs) {
    requireOpen();
    List<ValueType> outputs = new ArrayList<>(op.infer(inputs));
    Prepared prepared = backend.prepare(op, inputs);
    if (!(prepared instanceof Kernel kernel)) {
      return prepared;
    }
    for (int i = 0; i < outputs.size(); i++) {
      if (outputs.get(i) instanceof Opaque) {
        outputs.set(i, kernel.cache(i));
      }
    }
    return new CheckedKernel(this, kernel, op.name(), inputs, outputs, op::mayAlias);
  }

  @Override
  public Memory allocate(long bytes) {
    requireOpen();
    require(bytes >= 0, "bytes to allocate must be at least 0, got " + bytes);
    return new CheckedMemory(this, backend.allocate(bytes));
  }

  @Override
  public Buffer bind(Memory slot, long offset, ValueType type) {
    requireOpen();
    require(
        slot instanceof CheckedMemory memory && memory.owner() == this,
        "slot must be memory of this backend, got " + slot);
    CheckedMemory memory = (CheckedMemory) slot;
    Backend.requireFits(memory, offset, type, backend.bytes(type));
    return new CheckedBuffer(memory, offset, type, backend.bind(memory.open(), offset, type));
  }

  @Override
  public long bytes(ValueType type) {
    return backend.bytes(type);
  }

  @Override
  public void upload(ByteBuffer dense, Buffer to) {
    CheckedBuffer target = own(to);
    requireDense(dense, target);
    backend.upload(dense, target.open());
  }

  @Override
  public void download(Buffer from, ByteBuffer dense) {
    CheckedBuffer source = own(from);
    requireDense(dense, source);
    backend.download(source.open(), dense);
  }

  @Override
  public void copy(Buffer from, Buffer to) {
    CheckedBuffer source = own(from);
    CheckedBuffer target = own(to);
    require(
        source.type().equals(target.type()),
        "copy needs two buffers of the same type, got " + source.type() + " and " + target.type());
    backend.copy(source.open(), target.open());
  }

  @Override
  public void fill(Buffer buffer, double value) {
    CheckedBuffer target = own(buffer);
    require(
        target.type() instanceof TensorType, "fill needs a tensor's buffer, got " + target.type());
    backend.fill(target.open(), value);
  }

  /**
   * Checks the launches when the sequence is made, and their memory before each run. With poison,
   * launches run one by one; else as the other backend's own sequence.
   */
  @Override
  public Sequence sequence(List<Launch> launches) {
    requireOpen();
    List<Launch> inner = new ArrayList<>();
    for (Launch launch : launches) {
      inner.add(launch.kernel() instanceof CheckedKernel kernel ? kernel.checked(launch) : launch);
    }
    return new CheckedSequence(launches, poison ? null : backend.sequence(inner));
  }

  @Override
  public NanBehaviour nanBehaviour() {
    return backend.nanBehaviour();
  }

  @Override
  public void submit(Runnable work) {
    requireOpen();
    backend.submit(work);
  }

  @Override
  public void synchronize() {
    requireOpen();
    backend.synchronize();
  }

  @Override
  public MemoryStatistics memory() {
    return backend.memory();
  }

  @Override
  public void close() {
    closed = true;
    backend.close();
  }

  /** Whether outputs and scratch are filled before each run. */
  boolean poisons() {
    return poison;
  }

  /** Fills all of a buffer's elements, of a cache all of its bytes, with what is surely wrong. */
  void poison(CheckedBuffer buffer) {
    if (buffer.type() instanceof TensorType tensor) {
      backend.fill(buffer.open(), poisonOf(tensor.dtype()));
      return;
    }
    int doubles = Math.toIntExact(backend.bytes(buffer.type()) / Double.BYTES);
    Buffer raw =
        backend.bind(
            buffer.memory().open(), buffer.offset(), TensorType.of(DType.FLOAT64, doubles));
    backend.fill(raw, Double.NaN);
  }

  private static double poisonOf(DType dtype) {
    return switch (dtype) {
      case FLOAT32, FLOAT64 -> Double.NaN;
      case INT32, INT64 -> Integer.MIN_VALUE;
      case UINT8 -> 0xAA;
    };
  }

  /** Whether a value of this type needs no memory. */
  boolean isEmpty(ValueType type) {
    return backend.bytes(type) == 0;
  }

  /** {@code buffer}, which must be of this backend. */
  CheckedBuffer own(Buffer buffer) {
    requireOpen();
    require(
        buffer instanceof CheckedBuffer checked && checked.memory().owner() == this,
        "a buffer of this backend was expected, got " + buffer);
    return (CheckedBuffer) buffer;
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("backend " + name() + " was closed");
    }
  }

  private static void requireDense(ByteBuffer dense, CheckedBuffer buffer) {
    require(
        buffer.type() instanceof TensorType tensor && dense.remaining() == tensor.bytes(),
        "the dense array of " + buffer.type() + " has " + dense.remaining() + " bytes");
  }

  static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
