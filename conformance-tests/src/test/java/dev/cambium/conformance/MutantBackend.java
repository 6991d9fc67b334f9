package dev.cambium.conformance;

import dev.cambium.op.HostFunction;
import dev.cambium.op.Op;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;

/**
 * A backend whose kernels compute in double and keep what their types can hold, and which a
 * mutation makes wrong.
 */
final class MutantBackend extends MemoryOnlyBackend {
  /** Makes kernels wrong. */
  @FunctionalInterface
  interface Mutation {
    /**
     * What the kernel of an operation computes.
     *
     * @param index how many operations were prepared before
     * @param op the operation
     * @param right its host function
     */
    HostFunction mutate(int index, Op op, HostFunction right);
  }

  /** No mutation at all. */
  static final Mutation NONE = (index, op, right) -> right;

  private final Mutation mutation;
  private int prepared;

  MutantBackend(Mutation mutation) {
    this.mutation = mutation;
  }

  @Override
  public Prepared prepare(Op op, List<ValueType> inputs) {
    HostFunction function = mutation.mutate(prepared, op, op.host().orElseThrow());
    prepared++;
    return (Kernel) (in, out, scratch) -> run(function, in, out);
  }

  private void run(HostFunction function, Buffer[] inputs, Buffer[] outputs) {
    List<DoubleArray> in = new ArrayList<>();
    for (Buffer input : inputs) {
      in.add(read(input));
    }
    List<DoubleArray> out = new ArrayList<>();
    for (Buffer output : outputs) {
      out.add(read(output));
    }
    function.apply(in, out);
    for (int i = 0; i < outputs.length; i++) {
      if (outputs[i].type() instanceof TensorType type) {
        upload(HostArray.of(type, out.get(i).values()).bytes(), outputs[i]);
      }
    }
  }

  private DoubleArray read(Buffer buffer) {
    if (!(buffer.type() instanceof TensorType type)) {
      return DoubleArray.NONE;
    }
    HostArray array = HostArray.allocate(type);
    download(buffer, array.bytes());
    return new DoubleArray(type.shape(), array.toDoubles());
  }
}
