package dev.cambium.spi;

import dev.cambium.op.HostFunction;
import dev.cambium.op.Op;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One operation on the second backend of a {@link ShadowingBackend}: by its kernel, else by the
 * operation's host function. Values come from the host and go back there; caches are never handed
 * over, so whatever needs one computes it again from the typed inputs.
 */
abstract class ShadowRun implements AutoCloseable {
  final List<ValueType> inputs;
  final List<ValueType> outputs;

  private ShadowRun(List<ValueType> inputs, List<ValueType> outputs) {
    this.inputs = inputs;
    this.outputs = outputs;
  }

  /** How {@code backend} computes the operation; empty when it declines and nothing else can. */
  static Optional<ShadowRun> of(Backend backend, Op op, List<ValueType> types) {
    List<ValueType> inputs = new ArrayList<>();
    types.forEach(type -> inputs.add(type instanceof Opaque ? Opaque.NONE : type));
    List<ValueType> outputs = op.infer(inputs);
    Prepared prepared = backend.prepare(op, inputs);
    if (prepared instanceof Kernel kernel) {
      return Optional.of(new OfKernel(backend, kernel, inputs, outputs));
    }
    return op.host().map(function -> new OfHost(function, inputs, outputs));
  }

  /** Whether input {@code input} must be given. */
  abstract boolean reads(int input);

  /** The outputs; null stands for what is not read among the inputs, and for caches. */
  abstract List<HostArray> run(List<HostArray> values);

  @Override
  public void close() {}

  private static final class OfHost extends ShadowRun {
    private final HostFunction function;

    OfHost(HostFunction function, List<ValueType> inputs, List<ValueType> outputs) {
      super(inputs, outputs);
      this.function = function;
    }

    @Override
    boolean reads(int input) {
      return inputs.get(input) instanceof TensorType;
    }

    @Override
    List<HostArray> run(List<HostArray> values) {
      List<DoubleArray> in = new ArrayList<>();
      for (HostArray value : values) {
        in.add(
            value == null ? DoubleArray.NONE : new DoubleArray(value.shape(), value.toDoubles()));
      }
      List<DoubleArray> out = new ArrayList<>();
      for (ValueType type : outputs) {
        out.add(type instanceof TensorType t ? DoubleArray.zeros(t.shape()) : DoubleArray.NONE);
      }
      function.apply(in, out);
      List<HostArray> results = new ArrayList<>();
      for (int i = 0; i < out.size(); i++) {
        results.add(
            outputs.get(i) instanceof TensorType type
                ? HostArray.of(type, out.get(i).values())
                : null);
      }
      return results;
    }
  }

  private static final class OfKernel extends ShadowRun {
    private final Backend backend;
    private final Kernel kernel;
    private final List<Optional<Packer>> packers = new ArrayList<>();

    OfKernel(Backend backend, Kernel kernel, List<ValueType> inputs, List<ValueType> outputs) {
      super(inputs, outputs);
      this.backend = backend;
      this.kernel = kernel;
      for (int i = 0; i < inputs.size(); i++) {
        packers.add(kernel.packer(i));
      }
    }

    @Override
    boolean reads(int input) {
      return inputs.get(input) instanceof TensorType && kernel.reads(input);
    }

    @Override
    List<HostArray> run(List<HostArray> values) {
      try (Memories memories = new Memories(backend)) {
        Buffer[] in = new Buffer[inputs.size()];
        for (int i = 0; i < in.length; i++) {
          in[i] = input(i, values.get(i), memories);
        }
        Buffer[] out = new Buffer[outputs.size()];
        for (int i = 0; i < out.length; i++) {
          boolean cache = outputs.get(i) instanceof Opaque;
          out[i] = memories.buffer(cache ? kernel.cache(i) : outputs.get(i));
        }
        launch(kernel, in, out, memories);
        List<HostArray> results = new ArrayList<>();
        for (int i = 0; i < out.length; i++) {
          results.add(outputs.get(i) instanceof TensorType t ? download(out[i], t) : null);
        }
        return results;
      }
    }

    private Buffer input(int index, HostArray value, Memories memories) {
      if (value == null && inputs.get(index) instanceof TensorType) {
        return null;
      }
      Buffer given = memories.buffer(inputs.get(index));
      if (value == null) {
        return given;
      }
      backend.upload(value.bytes(), given);
      if (packers.get(index).isEmpty()) {
        return given;
      }
      Packer packer = packers.get(index).get();
      Buffer packed = memories.buffer(packer.type());
      launch(packer.kernel(), new Buffer[] {given}, new Buffer[] {packed}, memories);
      return packed;
    }

    private static void launch(Kernel kernel, Buffer[] in, Buffer[] out, Memories memories) {
      long bytes = kernel.scratchBytes();
      kernel.run(in, out, bytes == 0 ? null : memories.buffer(new Scratch(bytes)));
    }

    private HostArray download(Buffer buffer, TensorType type) {
      HostArray array = HostArray.allocate(type);
      backend.download(buffer, array.bytes());
      return array;
    }

    @Override
    public void close() {
      packers.forEach(packer -> packer.ifPresent(p -> p.kernel().close()));
      kernel.close();
    }
  }

  private record Scratch(long bytes) implements Opaque {}

  /** Memory for the length of one run. */
  private static final class Memories implements AutoCloseable {
    private final Backend backend;
    private final List<Memory> all = new ArrayList<>();

    Memories(Backend backend) {
      this.backend = backend;
    }

    Buffer buffer(ValueType type) {
      Memory memory = backend.allocate(Math.max(1, backend.bytes(type)));
      all.add(memory);
      return backend.bind(memory, type);
    }

    @Override
    public void close() {
      all.forEach(Memory::close);
    }
  }
}
