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
import java.util.function.Consumer;

/**
 * Checks every call to another backend against the contract of this package: buffers have the types
 * that the kernel was prepared for, memory and kernels are used before they are closed, an output
 * shares memory with an input only where the operation allows it, dense arrays have the right size.
 * A violation throws {@link IllegalArgumentException} or, after close, {@link
 * IllegalStateException}, before the other backend is called.
 *
 * <p>In strict mode, what a kernel does to memory is checked too. Outputs and scratch hold NaN
 * (integers: their smallest value) before each run, and so does all memory at first, so that a
 * kernel that forgets an element, or reads what nobody wrote, shows. Every memory lies between two
 * guards of at least {@link #ALIGNMENT} bytes. After each launch the guards, and the bytes around
 * its inputs, outputs and scratch in larger memory, must be what they were, and inputs must have
 * come back unchanged to the byte, other than where an output took their place; guards are compared
 * again after each upload, copy and fill, and when memory is closed. A violation throws {@link
 * IllegalStateException} with the kernel, the buffer, and how many bytes away it wrote. Launches
 * run one by one then, and each waits: strict mode is for tests, and for finding out which kernel
 * it was.
 */
public final class CheckingBackend implements Backend {
  private final Backend backend;
  private final boolean strict;
  private final RawBytes raw;
  private volatile boolean closed;

  /**
   * Checks {@code backend}, which is closed with this one.
   *
   * @param strict whether to check what kernels do to memory, too
   */
  public CheckingBackend(Backend backend, boolean strict) {
    this.backend = Objects.requireNonNull(backend, "backend");
    this.strict = strict;
    this.raw = new RawBytes(backend);
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
    if (!strict) {
      return new CheckedMemory(this, backend.allocate(bytes));
    }
    Memory memory = backend.allocate(CheckedMemory.withGuards(bytes));
    try {
      return new CheckedMemory(this, memory, bytes);
    } catch (RuntimeException | Error e) {
      memory.close();
      throw e;
    }
  }

  @Override
  public Buffer bind(Memory slot, long offset, ValueType type) {
    requireOpen();
    require(
        slot instanceof CheckedMemory memory && memory.owner() == this,
        "slot must be memory of this backend, got " + slot);
    CheckedMemory memory = (CheckedMemory) slot;
    Backend.requireFits(memory, offset, type, backend.bytes(type));
    Buffer inner = backend.bind(memory.open(), memory.base() + offset, type);
    return new CheckedBuffer(memory, offset, type, inner);
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
    target.memory().checkGuards("the upload of " + target.type());
  }

  /** In strict mode one by one, so that what lies between two values stays what it was. */
  @Override
  public void upload(List<Upload> uploads) {
    if (strict) {
      Backend.super.upload(uploads);
      return;
    }
    List<Upload> inner = new ArrayList<>();
    for (Upload upload : uploads) {
      inner.add(new Upload(upload.value(), own(upload.to()).open()));
    }
    backend.upload(inner);
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
    target.memory().checkGuards("the copy of " + target.type());
  }

  @Override
  public void fill(Buffer buffer, double value) {
    CheckedBuffer target = own(buffer);
    require(
        target.type() instanceof TensorType, "fill needs a tensor's buffer, got " + target.type());
    backend.fill(target.open(), value);
    target.memory().checkGuards("the fill of " + target.type());
  }

  /**
   * Checks the launches when the sequence is made, and their memory before each run. In strict mode
   * launches run one by one; else as the other backend's own sequence.
   */
  @Override
  public Sequence sequence(List<Launch> launches) {
    requireOpen();
    List<Launch> inner = new ArrayList<>();
    for (Launch launch : launches) {
      inner.add(launch.kernel() instanceof CheckedKernel kernel ? kernel.checked(launch) : launch);
    }
    return new CheckedSequence(launches, strict ? null : backend.sequence(inner));
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
  public long busyNanoseconds(Runnable work) {
    requireOpen();
    return backend.busyNanoseconds(work);
  }

  @Override
  public KernelClock clock() {
    return backend.clock();
  }

  @Override
  public Tuning tune(Consumer<Tuning.Trial> progress) {
    requireOpen();
    return backend.tune(progress);
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

  /** Whether what kernels do to memory is checked. */
  boolean isStrict() {
    return strict;
  }

  boolean isClosed() {
    return closed;
  }

  /** The bytes of the other backend's memory. */
  RawBytes raw() {
    return raw;
  }

  /** Fills all of a buffer's elements, of a cache all of its bytes, with what is surely wrong. */
  void poison(CheckedBuffer buffer) {
    if (buffer.type() instanceof TensorType tensor) {
      backend.fill(buffer.open(), poisonOf(tensor.dtype()));
      return;
    }
    CheckedMemory memory = buffer.memory();
    long doubles = backend.bytes(buffer.type()) / Double.BYTES;
    raw.fill(memory.open(), memory.base() + buffer.offset(), doubles, Double.NaN);
  }

  private static double poisonOf(DType dtype) {
    return switch (dtype) {
      case FLOAT32, FLOAT64 -> Double.NaN;
      case INT32, INT64 -> Integer.MIN_VALUE;
      case UINT8 -> 0xAA;
    };
  }

  /** The bytes of a buffer in the other backend's memory. */
  ByteRange range(CheckedBuffer buffer) {
    return new ByteRange(buffer.offset(), buffer.offset() + backend.bytes(buffer.type()));
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
