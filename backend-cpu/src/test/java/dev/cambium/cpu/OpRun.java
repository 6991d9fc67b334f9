package dev.cambium.cpu;

import dev.cambium.op.Op;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Launch;
import dev.cambium.spi.Memory;
import dev.cambium.spi.Packer;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One operation with its kernel and all its memory, used as a plan uses them: packers first, then
 * the kernel on what they gave. Outputs are poisoned before each run.
 */
final class OpRun implements AutoCloseable {
  private final Backend backend;
  private final Kernel kernel;
  private final List<Memory> memories = new ArrayList<>();
  private final Buffer[] given;
  private final Buffer[] inputs;
  private final Buffer[] outputs;
  private final List<Launch> packings = new ArrayList<>();
  private final Launch launch;

  OpRun(Backend backend, Op op, List<? extends ValueType> types) {
    this.backend = backend;
    List<ValueType> in = List.copyOf(types);
    Prepared prepared = backend.prepare(op, in);
    if (!(prepared instanceof Kernel native_)) {
      throw new AssertionError(op + " has no kernel on " + types + ": " + prepared);
    }
    kernel = native_;
    given = new Buffer[in.size()];
    inputs = new Buffer[in.size()];
    for (int i = 0; i < given.length; i++) {
      given[i] = allocate(in.get(i));
      inputs[i] = packed(i);
    }
    List<ValueType> out = op.infer(in);
    outputs = new Buffer[out.size()];
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = allocate(out.get(i) instanceof Opaque ? kernel.cache(i) : out.get(i));
    }
    Buffer scratch = kernel.scratchBytes() == 0 ? null : allocate(bytes(kernel.scratchBytes()));
    launch = new Launch(op.name(), kernel, inputs, outputs, scratch);
  }

  private Buffer packed(int input) {
    Optional<Packer> packer = kernel.packer(input);
    if (packer.isEmpty()) {
      return given[input];
    }
    Kernel packing = packer.get().kernel();
    Buffer target = allocate(packer.get().type());
    Buffer scratch = packing.scratchBytes() == 0 ? null : allocate(bytes(packing.scratchBytes()));
    packings.add(
        new Launch("pack", packing, new Buffer[] {given[input]}, new Buffer[] {target}, scratch));
    return target;
  }

  private Buffer allocate(ValueType type) {
    Memory memory = backend.allocate(backend.bytes(type));
    memories.add(memory);
    return backend.bind(memory, type);
  }

  static Opaque bytes(long size) {
    return () -> size;
  }

  OpRun set(int input, HostArray value) {
    backend.upload(value.bytes(), given[input]);
    return this;
  }

  /** Gives a cache that another operation made. */
  OpRun set(int input, Buffer cache) {
    inputs[input] = cache;
    return this;
  }

  Kernel kernel() {
    return kernel;
  }

  List<Launch> packings() {
    return packings;
  }

  Launch launch() {
    return launch;
  }

  Buffer output(int index) {
    return outputs[index];
  }

  /** Packs and runs. */
  OpRun run() {
    for (Buffer output : outputs) {
      poison(output);
    }
    packings.forEach(Launch::run);
    launch.run();
    return this;
  }

  private static void poison(Buffer buffer) {
    var bytes = ((CpuBuffer) buffer).bytes();
    for (int i = 0; i < bytes.capacity(); i++) {
      bytes.put(i, (byte) 0xFF);
    }
  }

  HostArray get(int output) {
    return download(outputs[output]);
  }

  /** What an input holds now. */
  HostArray input(int index) {
    return download(given[index]);
  }

  private HostArray download(Buffer buffer) {
    HostArray array = HostArray.allocate((TensorType) buffer.type());
    backend.download(buffer, array.bytes());
    return array;
  }

  @Override
  public void close() {
    kernel.close();
    memories.forEach(Memory::close);
  }
}
