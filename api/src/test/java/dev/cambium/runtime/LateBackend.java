package dev.cambium.runtime;

import dev.cambium.op.Op;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Declined;
import dev.cambium.spi.ForwardingBackend;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.ValueType;
import java.nio.ByteBuffer;
import java.util.List;

/** A backend whose kernels fail silently, as a device's do; the next wait throws what happened. */
final class LateBackend extends ForwardingBackend {
  private String failing = "";
  private String declined = "";
  private RuntimeException pending;

  LateBackend(Backend backend) {
    super(backend);
  }

  /** The next kernel of the operation of that name fails. */
  void failAt(String operation) {
    failing = operation;
  }

  /** Declines the operation of that name from now on. */
  void decline(String operation) {
    declined = operation;
  }

  @Override
  public Prepared prepare(Op op, List<ValueType> inputs) {
    if (op.name().equals(declined)) {
      return new Declined("a test declines it");
    }
    Prepared prepared = super.prepare(op, inputs);
    return prepared instanceof Kernel kernel ? new Late(op.name(), kernel) : prepared;
  }

  private final class Late implements Kernel {
    private final String name;
    private final Kernel kernel;

    Late(String name, Kernel kernel) {
      this.name = name;
      this.kernel = kernel;
    }

    @Override
    public void run(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
      if (name.equals(failing)) {
        failing = "";
        pending = new IllegalStateException(name + " ran out of bounds");
      } else {
        kernel.run(inputs, outputs, scratch);
      }
    }
  }

  @Override
  public void download(Buffer from, ByteBuffer dense) {
    RuntimeException happened = pending;
    pending = null;
    if (happened != null) {
      throw happened;
    }
    super.download(from, dense);
  }
}
