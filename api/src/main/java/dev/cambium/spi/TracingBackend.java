package dev.cambium.spi;

import dev.cambium.op.Op;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.ValueType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Measures how long every kernel and every transfer of another backend takes, by {@link
 * Backend#busyNanoseconds}: it waits before and after each, so that times belong to one kernel, and
 * kernels no longer overlap. Where the backend measures by the host's clock, the times contain the
 * way to the device, and their sum is more than a step takes without tracing.
 */
public final class TracingBackend extends ForwardingBackend {
  private final Backend backend;
  private final KernelTrace trace;

  /** Traces {@code backend}, which is closed with this one. */
  public TracingBackend(Backend backend) {
    super(backend);
    this.backend = backend;
    this.trace = new KernelTrace(backend.clock());
  }

  /** What was measured so far. */
  public KernelTrace trace() {
    return trace;
  }

  @Override
  public Prepared prepare(Op op, List<ValueType> inputs) {
    Prepared prepared = backend.prepare(op, inputs);
    if (prepared instanceof Kernel kernel) {
      KernelCost cost = KernelCost.of(op, inputs, op.infer(inputs));
      return new TracedKernel(kernel, op.name(), inputs, cost);
    }
    return prepared;
  }

  @Override
  public Sequence sequence(List<Launch> launches) {
    List<Launch> all = List.copyOf(launches);
    Runnable measured = () -> all.forEach(LabelledKernel::launch);
    return () -> backend.submit(measured);
  }

  @Override
  public void upload(ByteBuffer dense, Buffer to) {
    measure("upload", "upload", transfer(to), () -> backend.upload(dense, to));
  }

  @Override
  public void upload(List<Upload> uploads) {
    List<ValueType> types = uploads.stream().map(upload -> upload.to().type()).toList();
    KernelCost cost = new KernelCost(0, KernelCost.bytes(types));
    measure("upload", "upload", cost, () -> backend.upload(uploads));
  }

  @Override
  public void download(Buffer from, ByteBuffer dense) {
    measure("download", "download", transfer(from), () -> backend.download(from, dense));
  }

  @Override
  public void copy(Buffer from, Buffer to) {
    measure("copy", "copy", transfer(to), () -> backend.copy(from, to));
  }

  @Override
  public void fill(Buffer buffer, double value) {
    measure("fill", "fill", transfer(buffer), () -> backend.fill(buffer, value));
  }

  private static KernelCost transfer(Buffer buffer) {
    return new KernelCost(0, KernelCost.bytes(List.of(buffer.type())));
  }

  private void measure(String operation, String label, KernelCost cost, Runnable work) {
    trace.add(operation, label, backend.busyNanoseconds(work), cost);
  }

  /** A kernel whose runs are measured. */
  private final class TracedKernel implements LabelledKernel {
    private final Kernel kernel;
    private final String operation;
    private final List<ValueType> inputTypes;
    private final KernelCost cost;

    TracedKernel(Kernel kernel, String operation, List<ValueType> inputTypes, KernelCost cost) {
      this.kernel = kernel;
      this.operation = operation;
      this.inputTypes = List.copyOf(inputTypes);
      this.cost = cost;
    }

    @Override
    public void run(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
      run(new Launch(operation, this, inputs, outputs, scratch));
    }

    @Override
    public void run(Launch launch) {
      Launch inner =
          new Launch(launch.label(), kernel, launch.inputs(), launch.outputs(), launch.scratch());
      measure(operation, launch.label(), cost, () -> LabelledKernel.launch(inner));
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
      return kernel.packer(input).map(packer -> traced(packer, inputTypes.get(input)));
    }

    private Packer traced(Packer packer, ValueType from) {
      KernelCost moved = new KernelCost(0, KernelCost.bytes(List.of(from, packer.type())));
      return new Packer(
          new TracedKernel(packer.kernel(), "Pack", List.of(from), moved), packer.type());
    }

    @Override
    public void close() {
      kernel.close();
    }
  }
}
