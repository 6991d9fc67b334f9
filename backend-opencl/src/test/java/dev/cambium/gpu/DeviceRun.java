package dev.cambium.gpu;

import dev.cambium.op.Op;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Memory;
import dev.cambium.spi.Packer;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One run of a kernel on a device, in memory of its own. */
final class DeviceRun implements AutoCloseable {
  private final Backend backend;
  private final List<Kernel> kernels = new ArrayList<>();
  private final List<Memory> memories = new ArrayList<>();

  DeviceRun(Backend backend) {
    this.backend = backend;
  }

  /** The results of an operation, which must be native. */
  List<HostArray> of(Op op, List<HostArray> inputs) {
    List<ValueType> types = inputs.stream().map(input -> (ValueType) input.type()).toList();
    Kernel kernel = (Kernel) backend.prepare(op, types);
    List<HostArray> outputs =
        op.infer(types).stream().map(type -> HostArray.allocate((TensorType) type)).toList();
    run(kernel, inputs, outputs);
    return outputs;
  }

  /** Runs a kernel on outputs that hold something; they then hold the results. */
  void run(Kernel kernel, List<HostArray> inputs, List<HostArray> outputs) {
    kernels.add(kernel);
    Buffer[] in = new Buffer[inputs.size()];
    for (int i = 0; i < in.length; i++) {
      Buffer plain = upload(inputs.get(i));
      Optional<Packer> packer = kernel.packer(i);
      in[i] = packer.isPresent() ? packed(packer.get(), plain) : plain;
    }
    Buffer[] out = outputs.stream().map(this::upload).toArray(Buffer[]::new);
    kernel.run(in, out, scratch(kernel));
    for (int i = 0; i < out.length; i++) {
      backend.download(out[i], outputs.get(i).bytes());
    }
  }

  private Buffer packed(Packer packer, Buffer plain) {
    kernels.add(packer.kernel());
    Buffer packed = allocate(packer.type());
    packer.kernel().run(new Buffer[] {plain}, new Buffer[] {packed}, scratch(packer.kernel()));
    return packed;
  }

  private Buffer scratch(Kernel kernel) {
    int bytes = Math.toIntExact(kernel.scratchBytes());
    return bytes == 0 ? null : allocate(TensorType.of(DType.UINT8, bytes));
  }

  private Buffer upload(HostArray array) {
    Buffer buffer = allocate(array.type());
    backend.upload(array.bytes(), buffer);
    return buffer;
  }

  private Buffer allocate(ValueType type) {
    Memory memory = backend.allocate(Math.max(1, backend.bytes(type)));
    memories.add(memory);
    return backend.bind(memory, type);
  }

  @Override
  public void close() {
    backend.synchronize();
    kernels.forEach(Kernel::close);
    memories.forEach(Memory::close);
  }
}
