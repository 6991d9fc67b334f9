package dev.cambium.spi;

import dev.cambium.op.Op;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.ValueType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs every kernel of one backend on a second one too, usually {@code reference}, and compares: so
 * the first wrong kernel of a net is named where the net goes wrong, on the data with which it
 * does.
 *
 * <p>Both get the same inputs, those of the first backend; what differs is one kernel's doing, not
 * what came before it. Where the second backend declines, the operation's host function computes;
 * where there is none either, nothing is compared. Caches stay with the backend that made them.
 *
 * <p>An output agrees when each element is within the {@link ShadowTolerance}, or within it of what
 * the second backend gives for inputs that are a few roundings away (2^-20 of the input's largest
 * magnitude): a sum that cancels, or a value next to the kink of a ReLU, is as uncertain as that.
 * Where the second backend gives NaN and the first does not promise to keep NaN ({@link
 * #nanBehaviour}), nothing is compared. The first divergence of each kernel goes to a listener.
 *
 * <p>Slow: every input and output travels, and the second backend takes its time. The first
 * computes the same bits as without this.
 */
public final class ShadowingBackend extends ForwardingBackend {
  /** Of the largest magnitude in an output; some ten thousand roundings of float32. */
  public static final ShadowTolerance DEFAULT_TOLERANCE = ShadowTolerance.relative(1e-3);

  private final Backend backend;
  private final Backend second;
  private final ShadowComparison comparison;
  private final Consumer<Divergence> listener;

  /**
   * With the default tolerance, {@code 1e-3} of the largest magnitude in an output, and integers
   * equal; a divergence throws {@link IllegalStateException}.
   *
   * @param backend what computes; closed with this one
   * @param second what it is compared with; closed with this one
   */
  public ShadowingBackend(Backend backend, Backend second) {
    this(
        backend,
        second,
        DEFAULT_TOLERANCE,
        divergence -> {
          throw new IllegalStateException(
              divergence.message() + ": " + backend.name() + " beside " + second.name());
        });
  }

  /**
   * With a tolerance and a listener.
   *
   * @param backend what computes; closed with this one
   * @param second what it is compared with; closed with this one
   * @param tolerance how far apart results may be
   * @param listener gets the first divergence of each kernel, on the thread that runs it; what it
   *     throws, the run throws
   */
  public ShadowingBackend(
      Backend backend, Backend second, ShadowTolerance tolerance, Consumer<Divergence> listener) {
    super(backend);
    this.backend = backend;
    this.second = Objects.requireNonNull(second, "second");
    this.comparison = new ShadowComparison(tolerance, backend.nanBehaviour());
    this.listener = Objects.requireNonNull(listener, "listener");
  }

  @Override
  public Prepared prepare(Op op, List<ValueType> inputs) {
    Prepared prepared = backend.prepare(op, inputs);
    if (!(prepared instanceof Kernel kernel)) {
      return prepared;
    }
    try {
      ShadowRun shadow = ShadowRun.of(second, op, inputs).orElse(null);
      return new ShadowedKernel(this, kernel, op, inputs, shadow);
    } catch (RuntimeException | Error e) {
      kernel.close();
      throw e;
    }
  }

  Optional<Divergence> compare(
      String label, Op op, ShadowRun shadow, List<HostArray> inputs, List<HostArray> got) {
    return comparison.compare(label, op, shadow, inputs, got);
  }

  void report(Divergence divergence) {
    listener.accept(divergence);
  }

  /** Launches run one by one. */
  @Override
  public Sequence sequence(List<Launch> launches) {
    List<Launch> all = List.copyOf(launches);
    return () -> all.forEach(LabelledKernel::launch);
  }

  @Override
  public Memory allocate(long bytes) {
    return new ShadowedMemory(this, backend.allocate(bytes));
  }

  @Override
  public Buffer bind(Memory slot, long offset, ValueType type) {
    if (!(slot instanceof ShadowedMemory memory) || memory.owner() != this) {
      throw new IllegalArgumentException("slot must be memory of this backend, got " + slot);
    }
    return new ShadowedBuffer(memory, offset, type, backend.bind(memory.memory(), offset, type));
  }

  @Override
  public void upload(ByteBuffer dense, Buffer to) {
    backend.upload(dense, inner(to));
  }

  @Override
  public void upload(List<Upload> uploads) {
    backend.upload(
        uploads.stream().map(upload -> new Upload(upload.value(), inner(upload.to()))).toList());
  }

  @Override
  public void download(Buffer from, ByteBuffer dense) {
    backend.download(inner(from), dense);
  }

  @Override
  public void copy(Buffer from, Buffer to) {
    backend.copy(inner(from), inner(to));
  }

  @Override
  public void fill(Buffer buffer, double value) {
    backend.fill(inner(buffer), value);
  }

  /** {@code buffer}, which must be of this backend. */
  ShadowedBuffer own(Buffer buffer) {
    if (buffer instanceof ShadowedBuffer own && own.memory().owner() == this) {
      return own;
    }
    throw new IllegalArgumentException("a buffer of this backend was expected, got " + buffer);
  }

  /** The first backend's buffer; null of null. */
  Buffer inner(Buffer buffer) {
    return buffer == null ? null : own(buffer).buffer();
  }

  /** The first backend's buffers. */
  Buffer[] inner(Buffer[] buffers) {
    List<Buffer> inner = new ArrayList<>();
    for (Buffer buffer : buffers) {
      inner.add(inner(buffer));
    }
    return inner.toArray(Buffer[]::new);
  }

  @Override
  public void close() {
    try {
      backend.close();
    } finally {
      second.close();
    }
  }
}
