package dev.cambium.conformance.op;

import dev.cambium.conformance.check.BackendUnderTest;
import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.conformance.check.Expectation;
import dev.cambium.conformance.check.MemoryBaseline;
import dev.cambium.op.Op;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Memory;
import dev.cambium.spi.MemoryStatistics;
import dev.cambium.spi.Packer;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An output in the memory of an input where the operation does not allow it: launching the
 * backend's kernel so is refused, and nothing has been written when it is.
 *
 * @param op the operation
 * @param inputs its types
 * @param output which output
 * @param input in the memory of which input
 */
record Aliasing(Op op, List<ValueType> inputs, int output, int input) {
  private static final double MARK = 7;

  Aliasing {
    inputs = List.copyOf(inputs);
  }

  /** Every pair of an output and an input that must not share memory. */
  static List<Aliasing> of(Op op, ValueType... inputs) {
    List<Aliasing> pairs = new ArrayList<>();
    List<ValueType> outputs = op.infer(List.of(inputs));
    for (int output = 0; output < outputs.size(); output++) {
      for (int input = 0; input < inputs.length; input++) {
        boolean allowed = op.mayAlias(output, input) && inputs[input].equals(outputs.get(output));
        if (!allowed && outputs.get(output) instanceof TensorType) {
          pairs.add(new Aliasing(op, List.of(inputs), output, input));
        }
      }
    }
    return pairs;
  }

  /** The case {@code OP/aliasing/...}. */
  ConformanceCase toCase() {
    return new ConformanceCase(id(), op.name(), this::check);
  }

  private String id() {
    return op.name() + "/aliasing/" + inputs + " output " + output + " in input " + input;
  }

  private void check(BackendUnderTest backend) {
    Backend shared = backend.shared();
    MemoryStatistics before = shared.memory();
    if (shared.prepare(op, inputs) instanceof Kernel kernel) {
      try (kernel;
          Buffers buffers = new Buffers(shared)) {
        launch(shared, kernel, buffers);
      }
    }
    MemoryBaseline.require(id(), before, shared.memory());
  }

  private void launch(Backend shared, Kernel kernel, Buffers buffers) {
    List<ValueType> types = op.infer(inputs);
    Buffer[] in = new Buffer[inputs.size()];
    Buffer[] out = new Buffer[types.size()];
    for (int i = 0; i < in.length; i++) {
      Optional<Packer> packer = kernel.packer(i);
      ValueType type = packer.map(p -> (ValueType) p.type()).orElse(inputs.get(i));
      packer.ifPresent(p -> p.kernel().close());
      in[i] = buffers.add(type, i == input ? shared.bytes(types.get(output)) : 0);
    }
    for (int o = 0; o < out.length; o++) {
      ValueType type = types.get(o) instanceof TensorType ? types.get(o) : kernel.cache(o);
      out[o] = o == output ? shared.bind(buffers.memories.get(input), type) : buffers.add(type, 0);
    }
    Buffer scratch = buffers.scratch(kernel.scratchBytes());
    List<HostArray> marked = buffers.contents();
    boolean refused = false;
    try {
      kernel.run(in, out, scratch);
    } catch (IllegalArgumentException e) {
      refused = true;
    }
    if (kernel.reads(input) && !refused) {
      throw new AssertionError(
          id() + " must throw IllegalArgumentException, but " + op.name() + " ran");
    }
    if (refused) {
      buffers.requireUnchanged(id(), marked);
    }
  }

  /** Working memory. */
  private record Scratch(long bytes) implements Opaque {}

  /** Values in memory of their own, all of them marked. */
  private static final class Buffers implements AutoCloseable {
    private final Backend backend;
    private final List<Memory> memories = new ArrayList<>();
    private final List<Buffer> tensors = new ArrayList<>();

    Buffers(Backend backend) {
      this.backend = backend;
    }

    Buffer add(ValueType type, long atLeast) {
      Memory memory = backend.allocate(Math.max(backend.bytes(type), atLeast));
      memories.add(memory);
      Buffer buffer = backend.bind(memory, type);
      if (type instanceof TensorType) {
        backend.fill(buffer, MARK);
        tensors.add(buffer);
      }
      return buffer;
    }

    Buffer scratch(long bytes) {
      if (bytes == 0) {
        return null;
      }
      Memory memory = backend.allocate(bytes);
      memories.add(memory);
      return backend.bind(memory, new Scratch(bytes));
    }

    List<HostArray> contents() {
      List<HostArray> contents = new ArrayList<>();
      for (Buffer buffer : tensors) {
        HostArray array = HostArray.allocate((TensorType) buffer.type());
        backend.download(buffer, array.bytes());
        contents.add(array);
      }
      return contents;
    }

    void requireUnchanged(String where, List<HostArray> marked) {
      List<HostArray> now = contents();
      for (int i = 0; i < now.size(); i++) {
        Expectation.requireSameBits(where + ", refused", "value " + i, marked.get(i), now.get(i));
      }
    }

    @Override
    public void close() {
      memories.forEach(Memory::close);
    }
  }
}
