package dev.cambium.spi;

import dev.cambium.op.Op;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A kernel of a {@link ShadowingBackend}: runs on both backends and compares. */
final class ShadowedKernel implements LabelledKernel {
  private final ShadowingBackend backend;
  private final Kernel kernel;
  private final Op op;
  private final List<ValueType> types;
  private final ShadowRun shadow;
  private volatile boolean reported;

  /**
   * A kernel with its shadow.
   *
   * @param shadow the same on the second backend, or null when it cannot
   */
  ShadowedKernel(
      ShadowingBackend backend, Kernel kernel, Op op, List<ValueType> types, ShadowRun shadow) {
    this.backend = backend;
    this.kernel = kernel;
    this.op = op;
    this.types = List.copyOf(types);
    this.shadow = shadow;
  }

  @Override
  public void run(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
    run(new Launch(op.name(), this, inputs, outputs, scratch));
  }

  @Override
  public void run(Launch launch) {
    boolean compared = shadow != null && !reported;
    List<HostArray> values = compared ? values(launch.inputs()) : List.of();
    LabelledKernel.launch(inner(kernel, launch));
    if (compared) {
      List<HostArray> got = new ArrayList<>();
      for (Buffer output : launch.outputs()) {
        got.add(output != null && output.type() instanceof TensorType ? value(output) : null);
      }
      backend.compare(launch.label(), op, shadow, values, got).ifPresent(this::report);
    }
  }

  /** The launch of a kernel of the first backend on its buffers. */
  private Launch inner(Kernel inside, Launch launch) {
    return new Launch(
        launch.label(),
        inside,
        backend.inner(launch.inputs()),
        backend.inner(launch.outputs()),
        backend.inner(launch.scratch()));
  }

  private void report(Divergence divergence) {
    reported = true;
    backend.report(divergence);
  }

  /** What the second backend reads, taken before a run may overwrite it. */
  private List<HostArray> values(Buffer[] inputs) {
    List<HostArray> values = new ArrayList<>();
    for (int i = 0; i < inputs.length; i++) {
      boolean needed = types.get(i) instanceof TensorType && shadow.reads(i);
      values.add(needed ? value(i, inputs[i]) : null);
    }
    return values;
  }

  private HostArray value(int index, Buffer input) {
    if (input == null) {
      return HostArray.allocate((TensorType) types.get(index));
    }
    if (input.type() instanceof TensorType) {
      return value(input);
    }
    ShadowedBuffer packed = backend.own(input);
    HostArray source = packed.memory().source(packed.offset());
    if (source == null) {
      throw new IllegalArgumentException(
          op.name()
              + ": input "
              + index
              + " is packed, but not by this kernel's packer; run the packer that packer("
              + index
              + ") gives");
    }
    return source;
  }

  private HostArray value(Buffer buffer) {
    HostArray array = HostArray.allocate((TensorType) buffer.type());
    backend.download(buffer, array.bytes());
    return array;
  }

  @Override
  public long scratchBytes() {
    return kernel.scratchBytes();
  }

  /** What either backend reads. */
  @Override
  public boolean reads(int input) {
    return kernel.reads(input) || (shadow != null && shadow.reads(input));
  }

  @Override
  public Opaque cache(int output) {
    return kernel.cache(output);
  }

  @Override
  public Optional<Packer> packer(int input) {
    return kernel
        .packer(input)
        .map(packer -> new Packer(new RememberingPacker(packer.kernel()), packer.type()));
  }

  @Override
  public void close() {
    try {
      kernel.close();
    } finally {
      if (shadow != null) {
        shadow.close();
      }
    }
  }

  /** Packs, and keeps what was packed for the second backend, which has a layout of its own. */
  private final class RememberingPacker implements LabelledKernel {
    private final Kernel packer;

    RememberingPacker(Kernel packer) {
      this.packer = packer;
    }

    @Override
    public void run(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
      run(new Launch("Pack for " + op.name(), this, inputs, outputs, scratch));
    }

    @Override
    public void run(Launch launch) {
      ShadowedBuffer packed = backend.own(launch.outputs()[0]);
      packed.memory().packedFrom(packed.offset(), value(launch.inputs()[0]));
      LabelledKernel.launch(inner(packer, launch));
    }

    @Override
    public long scratchBytes() {
      return packer.scratchBytes();
    }

    @Override
    public void close() {
      packer.close();
    }
  }
}
