package dev.cambium.spi.reference;

import dev.cambium.op.HostFunction;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import dev.cambium.tensor.DoubleArray;
import java.util.ArrayList;
import java.util.List;

/** An operation's host function over the backend's memory; runs at once, on the calling thread. */
final class ReferenceKernel implements Kernel {
  private final ReferenceBackend backend;
  private final HostFunction function;

  ReferenceKernel(ReferenceBackend backend, HostFunction function) {
    this.backend = backend;
    this.function = function;
  }

  @Override
  public void run(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
    backend.inOrder(
        () -> {
          List<DoubleArray> in = arrays(inputs);
          List<DoubleArray> out = arrays(outputs);
          function.apply(in, out);
          for (int i = 0; i < outputs.length; i++) {
            backend.own(outputs[i]).keep(out.get(i));
          }
        });
  }

  private List<DoubleArray> arrays(Buffer[] buffers) {
    List<DoubleArray> arrays = new ArrayList<>(buffers.length);
    for (Buffer buffer : buffers) {
      arrays.add(backend.own(buffer).array());
    }
    return arrays;
  }
}
