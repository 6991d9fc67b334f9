package dev.cambium.spi;

import dev.cambium.op.Op;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.ValueType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Fails at a chosen call, whatever it is, and knows how many kernels and sequences are open. */
public final class FaultyBackend extends ForwardingBackend {
  private long calls;
  private long failAt = -1;
  private Supplier<Throwable> failure = () -> new IllegalStateException("broken on purpose");
  private int open;

  public FaultyBackend(Backend backend) {
    super(backend);
  }

  /** Lets the call after {@code more} further ones fail, once. */
  public void failAfter(long more, Supplier<Throwable> what) {
    failAt = calls + more;
    failure = what;
  }

  /** Whether the chosen call was made. */
  public boolean failed() {
    return failAt >= 0 && calls > failAt;
  }

  /** Kernels and sequences that were made and not closed. */
  public int open() {
    return open;
  }

  private void call() {
    if (calls++ == failAt) {
      FaultyBackend.<RuntimeException>raise(failure.get());
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void raise(Throwable failure) throws T {
    throw (T) failure;
  }

  @Override
  public Prepared prepare(Op op, List<ValueType> inputs) {
    call();
    Prepared prepared = super.prepare(op, inputs);
    return prepared instanceof Kernel kernel ? new Counted(kernel) : prepared;
  }

  @Override
  public Memory allocate(long bytes) {
    call();
    return super.allocate(bytes);
  }

  @Override
  public Buffer bind(Memory slot, long offset, ValueType type) {
    call();
    return super.bind(slot, offset, type);
  }

  @Override
  public void upload(ByteBuffer dense, Buffer to) {
    call();
    super.upload(dense, to);
  }

  @Override
  public void download(Buffer from, ByteBuffer dense) {
    call();
    super.download(from, dense);
  }

  @Override
  public void copy(Buffer from, Buffer to) {
    call();
    super.copy(from, to);
  }

  @Override
  public Sequence sequence(List<Launch> launches) {
    call();
    Sequence sequence = super.sequence(launches);
    open++;
    return new Sequence() {
      @Override
      public void run() {
        sequence.run();
      }

      @Override
      public void close() {
        open--;
        call();
      }
    };
  }

  /** A kernel that is counted as long as it is open. */
  private final class Counted implements Kernel {
    private final Kernel kernel;

    Counted(Kernel kernel) {
      this.kernel = kernel;
      open++;
    }

    @Override
    public void run(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
      call();
      kernel.run(inputs, outputs, scratch);
    }

    @Override
    public long scratchBytes() {
      return kernel.scratchBytes();
    }

    @Override
    public boolean reads(int input) {
      return kernel.reads(input);
    }

    @Override
    public Opaque cache(int output) {
      return kernel.cache(output);
    }

    @Override
    public Optional<Packer> packer(int input) {
      call();
      return kernel
          .packer(input)
          .map(packer -> new Packer(new Counted(packer.kernel()), packer.type()));
    }

    @Override
    public void close() {
      open--;
      kernel.close();
      call();
    }
  }
}
