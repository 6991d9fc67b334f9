package dev.cambium.runtime;

import dev.cambium.op.Emitter;
import dev.cambium.op.HostFunction;
import dev.cambium.op.Op;
import dev.cambium.op.Value;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Memory;
import dev.cambium.spi.Packer;
import dev.cambium.spi.Prepared;
import dev.cambium.spi.View;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Operations one at a time, each computed at once: for trying things out, for tests and for
 * notebooks. Kernels are kept and used again for the same operation on the same types. Owns every
 * tensor that it makes; closing it closes them. For one thread.
 *
 * <pre>{@code
 * try (Eager eager = new Eager(backend)) {
 *   Value y = eager.emit(new Activate(Activation.RELU), eager.tensor(HostArray.of(Shape.of(3), -1f, 0f, 2f)));
 *   System.out.println(eager.fetch(y)); // FLOAT32[3] {0.0, 0.0, 2.0}
 * }
 * }</pre>
 */
public final class Eager implements Emitter, AutoCloseable {
  private record Key(Op op, List<ValueType> types) {}

  private record Scratch(long bytes) implements Opaque {}

  private final Backend backend;
  private final Map<Key, Prepared> prepared = new HashMap<>();
  private final Map<Kernel, List<Optional<Packer>>> packers = new IdentityHashMap<>();
  private final List<AutoCloseable> owned = new ArrayList<>();
  private boolean closed;

  /** Computes on {@code backend}, which stays open. */
  public Eager(Backend backend) {
    this.backend = backend;
  }

  /** A value on the backend. */
  public Tensor tensor(HostArray value) {
    checkOpen();
    Tensor tensor = Tensor.of(backend, value);
    owned.add(tensor);
    return tensor;
  }

  /** A copy of a value on the host. */
  public HostArray fetch(Value value) {
    return own(value).toHost();
  }

  @Override
  public List<Value> emit(Op op, List<Value> inputs) {
    checkOpen();
    List<Tensor> arguments = inputs.stream().map(Eager::own).toList();
    List<ValueType> types = arguments.stream().map(Tensor::type).toList();
    List<ValueType> results = op.infer(types);
    Prepared how = prepared.computeIfAbsent(new Key(op, types), key -> prepare(op, types));
    if (how instanceof Kernel kernel) {
      return run(kernel, arguments, results);
    }
    if (how instanceof View view) {
      return List.of(
          tensor(
              arguments.get(view.input()).toHost().reshape(((TensorType) results.get(0)).shape())));
    }
    Optional<List<Value>> lowered = op.lower(this, inputs);
    if (lowered.isPresent()) {
      return lowered.get();
    }
    HostFunction host =
        op.host()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        op.name()
                            + ": backend "
                            + backend.name()
                            + " has no kernel ("
                            + ((Declined) how).reason()
                            + "), and the operation has neither lower() nor host()"));
    return onHost(host, arguments, results);
  }

  private Prepared prepare(Op op, List<ValueType> types) {
    Prepared how = backend.prepare(op, types);
    if (how instanceof Kernel kernel) {
      owned.add(kernel);
      List<Optional<Packer>> all = new ArrayList<>();
      for (int i = 0; i < types.size(); i++) {
        Optional<Packer> packer = kernel.packer(i);
        packer.ifPresent(p -> owned.add(p.kernel()));
        all.add(packer);
      }
      packers.put(kernel, all);
    }
    return how;
  }

  private List<Value> run(Kernel kernel, List<Tensor> arguments, List<ValueType> results) {
    List<Tensor> outputs = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      outputs.add(make(results.get(i) instanceof Opaque ? kernel.cache(i) : results.get(i)));
    }
    Buffer[] inputs = new Buffer[arguments.size()];
    for (int i = 0; i < inputs.length; i++) {
      Optional<Packer> packer = packers.get(kernel).get(i);
      inputs[i] =
          packer.isPresent() ? pack(packer.get(), arguments.get(i)) : arguments.get(i).buffer();
    }
    launch(kernel, inputs, outputs.stream().map(Tensor::buffer).toArray(Buffer[]::new));
    return List.copyOf(outputs);
  }

  private Buffer pack(Packer packer, Tensor source) {
    Tensor packed = make(packer.type());
    launch(packer.kernel(), new Buffer[] {source.buffer()}, new Buffer[] {packed.buffer()});
    return packed.buffer();
  }

  private void launch(Kernel kernel, Buffer[] inputs, Buffer[] outputs) {
    if (kernel.scratchBytes() == 0) {
      kernel.run(inputs, outputs, null);
      return;
    }
    try (Memory scratch = backend.allocate(kernel.scratchBytes())) {
      kernel.run(inputs, outputs, backend.bind(scratch, new Scratch(kernel.scratchBytes())));
      backend.synchronize();
    }
  }

  private List<Value> onHost(
      HostFunction function, List<Tensor> arguments, List<ValueType> results) {
    List<DoubleArray> outputs =
        results.stream()
            .map(
                type ->
                    type instanceof TensorType t ? DoubleArray.zeros(t.shape()) : DoubleArray.NONE)
            .toList();
    function.apply(arguments.stream().map(Eager::array).toList(), outputs);
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      values.add(
          results.get(i) instanceof TensorType type
              ? tensor(HostArray.of(type, outputs.get(i).values()))
              : make(Opaque.NONE));
    }
    return values;
  }

  private static DoubleArray array(Tensor tensor) {
    return tensor.type() instanceof TensorType type
        ? new DoubleArray(type.shape(), tensor.toHost().toDoubles())
        : DoubleArray.NONE;
  }

  private Tensor make(ValueType type) {
    Tensor tensor = new Tensor(backend, type);
    owned.add(tensor);
    return tensor;
  }

  private static Tensor own(Value value) {
    if (value instanceof Tensor tensor) {
      return tensor;
    }
    throw new IllegalArgumentException(
        "a Tensor was expected, got " + value + "; make one with tensor(HostArray)");
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the eager facade is closed; make a new one");
    }
  }

  /** Frees all tensors and kernels. */
  @Override
  public void close() {
    List<AutoCloseable> all = List.copyOf(owned);
    closed = true;
    owned.clear();
    prepared.clear();
    packers.clear();
    Plan.closeAll(all);
  }
}
