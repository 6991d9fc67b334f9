package dev.cambium.gpu;

import dev.cambium.spi.ChannelsLast;
import dev.cambium.spi.OutOfMemoryException;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies between dense row-major arrays of the host and buffers. A value that lies in another order
 * goes through borrowed memory, and the device re-orders it; on a full device the host does.
 */
final class GpuTransfer {
  private static final Logger LOG = LoggerFactory.getLogger(GpuTransfer.class);

  /** Kept for the shapes that were used last; a program meets few. */
  private static final int MOST_REORDERS = 64;

  private final GpuPlatform platform;
  private final Map<Reorder, GpuFunction> reorders =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Reorder, GpuFunction> eldest) {
          if (size() > MOST_REORDERS) {
            eldest.getValue().close();
            return true;
          }
          return false;
        }
      };

  GpuTransfer(GpuPlatform platform) {
    this.platform = platform;
  }

  /** Row-major to the buffer's own order. */
  void upload(ByteBuffer dense, GpuBuffer to) {
    ByteBuffer source = checked(dense, to);
    TensorType type = to.tensorType();
    if (type.bytes() == 0) {
      return;
    }
    if (!ChannelsLast.isPermuted(type.shape())) {
      platform.context().write(source, to.memory(), to.offset());
      return;
    }
    GpuMemory target = to.memory();
    GpuMemory staging = staging(type.bytes());
    if (staging == null) {
      new HostReordering(platform.context(), type, source).upload(target, to.offset());
      return;
    }
    try {
      platform.context().write(source, staging, 0);
      reorder(false, type, staging, 0, target, to.offset());
    } finally {
      platform.memory().giveBack(staging);
    }
  }

  /** The buffer's own order to row-major; waits. */
  void download(GpuBuffer from, ByteBuffer dense) {
    ByteBuffer target = checked(dense, from);
    TensorType type = from.tensorType();
    GpuMemory source = from.memory();
    if (type.bytes() == 0) {
      platform.context().synchronize();
      return;
    }
    if (!ChannelsLast.isPermuted(type.shape())) {
      platform.context().read(source, from.offset(), target);
      return;
    }
    GpuMemory staging = staging(type.bytes());
    if (staging == null) {
      new HostReordering(platform.context(), type, target).download(source, from.offset());
      return;
    }
    try {
      reorder(true, type, source, from.offset(), staging, 0);
      platform.context().read(staging, 0, target);
    } finally {
      platform.memory().giveBack(staging);
    }
  }

  /** Memory in which a value waits; null when the device is full, which must not lose anything. */
  private GpuMemory staging(long bytes) {
    try {
      return platform.memory().borrow(bytes);
    } catch (OutOfMemoryException full) {
      LOG.debug("the host re-orders {} bytes: {}", bytes, full.getMessage());
      return null;
    }
  }

  private void reorder(
      boolean toRowMajor,
      TensorType type,
      GpuMemory from,
      long fromOffset,
      GpuMemory to,
      long toOffset) {
    GpuFunction reorder = reorders.computeIfAbsent(new Reorder(toRowMajor, type), this::prepare);
    reorder.set(0, from, fromOffset);
    reorder.set(1, to, toOffset);
    reorder.launch();
  }

  private GpuFunction prepare(Reorder reorder) {
    GpuMovement movement = new GpuMovement(platform);
    Shape shape = reorder.type.shape();
    StridedLaunch copy =
        reorder.toRowMajor ? movement.toRowMajor(shape) : movement.toMemoryOrder(shape);
    GpuFunction function =
        platform
            .context()
            .function(GpuMovement.program(reorder.type.dtype()), copy.form(), copy.grid());
    for (int i = 0; i < copy.arguments().size(); i++) {
      ((Argument.Scalar) copy.arguments().get(i)).set(function, 2 + i);
    }
    return function;
  }

  /** Memory to memory. */
  void copy(GpuBuffer from, GpuBuffer to) {
    if (!from.type().equals(to.type())) {
      throw new IllegalArgumentException(
          "copy needs two buffers of the same type, got " + from.type() + " and " + to.type());
    }
    GpuMemory source = from.memory();
    GpuMemory target = to.memory();
    long bytes = ChannelsLast.bytes(from.type());
    if (bytes > 0 && (source != target || from.offset() != to.offset())) {
      platform.context().copy(source, from.offset(), target, to.offset(), bytes);
    }
  }

  /** Every element becomes {@code value}, rounded to the element type. */
  void fill(GpuBuffer buffer, double value) {
    TensorType type = buffer.tensorType();
    TensorType one = new TensorType(type.dtype(), Shape.of(1));
    ByteBuffer element = HostArray.of(one, new double[] {value}).bytes();
    byte[] pattern = new byte[element.remaining()];
    element.get(pattern);
    GpuMemory memory = buffer.memory();
    if (type.bytes() > 0) {
      platform.context().fill(memory, buffer.offset(), type.bytes(), pattern);
    }
  }

  /** Frees what was prepared. */
  void close() {
    reorders.values().forEach(GpuFunction::close);
    reorders.clear();
  }

  /** From channels-last to row-major, or back. */
  private record Reorder(boolean toRowMajor, TensorType type) {}

  private static ByteBuffer checked(ByteBuffer dense, GpuBuffer buffer) {
    long expected = buffer.tensorType().bytes();
    if (dense.remaining() != expected) {
      throw new IllegalArgumentException(
          "dense must have "
              + expected
              + " bytes left for "
              + buffer.type()
              + ", got "
              + dense.remaining());
    }
    return dense.duplicate().order(ByteOrder.nativeOrder());
  }
}
