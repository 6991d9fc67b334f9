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

/**
 * A backend whose kernels fail silently, as a device's do; the next wait throws what happened, or
 * another call.
 */
final class LateBackend extends ForwardingBackend {
  private String failing = "";
  private String declined = "";
  private Call surfacing = Call.DOWNLOAD;
  private RuntimeException pending;
  private RuntimeException refusal;

  /** A call at which an error of an earlier kernel may surface. */
  enum Call {
    DOWNLOAD,
    UPLOAD,
    COPY,
    LAUNCH
  }

  LateBackend(Backend backend) {
    super(backend);
  }

  /** The next kernel of the operation of that name fails. */
  void failAt(String operation) {
    failing = operation;
  }

  /** Errors surface at calls of this kind from now on. */
  void surfaceAt(Call call) {
    surfacing = call;
  }

  /** The next upload, download or copy is refused, before the device hears of it. */
  void refuse(RuntimeException why) {
    refusal = why;
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
      surface(Call.LAUNCH);
      if (name.equals(failing)) {
        failing = "";
        pending = new IllegalStateException(name + " ran out of bounds");
      } else {
        kernel.run(inputs, outputs, scratch);
      }
    }
  }

  private void surface(Call call) {
    RuntimeException why = refusal;
    if (why != null && call != Call.LAUNCH) {
      refusal = null;
      throw why;
    }
    RuntimeException happened = pending;
    if (happened != null && call == surfacing) {
      pending = null;
      throw happened;
    }
  }

  @Override
  public void download(Buffer from, ByteBuffer dense) {
    surface(Call.DOWNLOAD);
    super.download(from, dense);
  }

  @Override
  public void upload(ByteBuffer dense, Buffer to) {
    surface(Call.UPLOAD);
    super.upload(dense, to);
  }

  @Override
  public void copy(Buffer from, Buffer to) {
    surface(Call.COPY);
    super.copy(from, to);
  }
}
