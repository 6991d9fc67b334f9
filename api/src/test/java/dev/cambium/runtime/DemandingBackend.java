package dev.cambium.runtime;

import dev.cambium.op.MatMul;
import dev.cambium.op.MaxPooling;
import dev.cambium.op.MaxPoolingBackward;
import dev.cambium.op.Op;
import dev.cambium.op.Reduce;
import dev.cambium.op.Reshape;
import dev.cambium.op.Transpose;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Memory;
import dev.cambium.spi.MemoryStatistics;
import dev.cambium.spi.Packer;
import dev.cambium.spi.Prepared;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The reference backend's results by every means that a backend has: a matrix product that wants
 * its second input packed and unpacks it into scratch, pooling with a cache in which its backward
 * pass finds the image that it then does not read, operations that are declined, views of one kind
 * of reshape and copies of another. A plan that confuses any of these computes something else.
 */
final class DemandingBackend implements Backend {
  private record Slot(Memory memory, long offset, ValueType type, Buffer inner) implements Buffer {}

  private record Packed(TensorType type) implements Opaque {
    @Override
    public long bytes() {
      return type.shape().size() * Double.BYTES;
    }
  }

  private final Backend reference = new ReferenceProvider().open(BackendConfig.defaults());

  @Override
  public String name() {
    return "demanding";
  }

  @Override
  public Prepared prepare(Op op, List<ValueType> inputs) {
    if (op instanceof Transpose || op instanceof Reduce) {
      return new Declined("left to the host");
    }
    if (op instanceof Reshape reshape && reshape.shape().rank() == 2) {
      return new Copying(reshape);
    }
    Prepared prepared = reference.prepare(op, inputs);
    if (op instanceof MatMul) {
      return new Packing((Kernel) prepared, new Packed((TensorType) inputs.get(1)));
    }
    if (op instanceof MaxPooling) {
      return new Caching((Kernel) prepared, new Packed((TensorType) inputs.get(0)));
    }
    if (op instanceof MaxPoolingBackward && inputs.get(2) instanceof Packed cached) {
      return new CacheReading((Kernel) prepared, cached);
    }
    return prepared instanceof Kernel kernel ? new Unwrapping(kernel) : prepared;
  }

  private Buffer inner(Buffer buffer) {
    return ((Slot) buffer).inner();
  }

  private Buffer[] inner(Buffer[] buffers) {
    Buffer[] inner = new Buffer[buffers.length];
    for (int i = 0; i < inner.length; i++) {
      inner[i] = buffers[i] == null ? null : inner(buffers[i]);
    }
    return inner;
  }

  /** The memory of a packed value or of scratch, as the tensor that was put there. */
  private Buffer unpacked(Buffer buffer, TensorType type) {
    Slot slot = (Slot) buffer;
    return reference.bind(slot.memory(), slot.offset(), type);
  }

  /** The kernel of the reference backend on its buffers. */
  private final class Unwrapping implements Kernel {
    private final Kernel kernel;

    Unwrapping(Kernel kernel) {
      this.kernel = kernel;
    }

    @Override
    public void run(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
      kernel.run(inner(inputs), inner(outputs), null);
    }
  }

  private final class Copying implements Kernel {
    private final Reshape reshape;

    Copying(Reshape reshape) {
      this.reshape = reshape;
    }

    @Override
    public void run(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
      Slot from = (Slot) inputs[0];
      TensorType type = ((TensorType) from.type()).withShape(reshape.shape());
      reference.copy(unpacked(from, type), inner(outputs[0]));
    }
  }

  private final class Packing implements Kernel {
    private final Kernel kernel;
    private final Packed packed;

    Packing(Kernel kernel, Packed packed) {
      this.kernel = kernel;
      this.packed = packed;
    }

    @Override
    public void run(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
      Buffer second = unpacked(scratch, packed.type());
      reference.copy(unpacked(inputs[1], packed.type()), second);
      kernel.run(new Buffer[] {inner(inputs[0]), second}, inner(outputs), null);
    }

    @Override
    public long scratchBytes() {
      return packed.bytes();
    }

    @Override
    public Optional<Packer> packer(int input) {
      Kernel pack =
          (inputs, outputs, scratch) ->
              reference.copy(inner(inputs[0]), unpacked(outputs[0], packed.type()));
      return input == 1 ? Optional.of(new Packer(pack, packed)) : Optional.empty();
    }
  }

  private final class Caching implements Kernel {
    private final Kernel kernel;
    private final Packed cache;

    Caching(Kernel kernel, Packed cache) {
      this.kernel = kernel;
      this.cache = cache;
    }

    @Override
    public void run(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
      reference.copy(inner(inputs[0]), unpacked(outputs[1], cache.type()));
      kernel.run(inner(inputs), inner(outputs), null);
    }

    @Override
    public Opaque cache(int output) {
      return cache;
    }
  }

  private final class CacheReading implements Kernel {
    private final Kernel kernel;
    private final Packed cache;

    CacheReading(Kernel kernel, Packed cache) {
      this.kernel = kernel;
      this.cache = cache;
    }

    @Override
    public void run(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
      Buffer image = unpacked(inputs[2], cache.type());
      kernel.run(new Buffer[] {inner(inputs[0]), image, inner(inputs[2])}, inner(outputs), null);
    }

    @Override
    public boolean reads(int input) {
      return input != 1;
    }
  }

  @Override
  public Memory allocate(long bytes) {
    return reference.allocate(bytes);
  }

  @Override
  public Buffer bind(Memory slot, long offset, ValueType type) {
    return new Slot(slot, offset, type, reference.bind(slot, offset, type));
  }

  @Override
  public long bytes(ValueType type) {
    return reference.bytes(type);
  }

  @Override
  public void upload(ByteBuffer dense, Buffer to) {
    reference.upload(dense, inner(to));
  }

  @Override
  public void download(Buffer from, ByteBuffer dense) {
    reference.download(inner(from), dense);
  }

  @Override
  public void copy(Buffer from, Buffer to) {
    reference.copy(inner(from), inner(to));
  }

  @Override
  public void fill(Buffer buffer, double value) {
    reference.fill(inner(buffer), value);
  }

  @Override
  public void synchronize() {
    reference.synchronize();
  }

  @Override
  public MemoryStatistics memory() {
    return reference.memory();
  }

  @Override
  public void close() {
    reference.close();
  }
}
