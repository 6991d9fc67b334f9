package dev.cambium.gpu;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.nio.ByteBuffer;

/**
 * Copies between dense row-major arrays of the host and buffers. A value that lies in another order
 * goes through borrowed memory, and the device re-orders it.
 */
final class GpuTransfer {
  private static final int LOCAL = 64;

  private final GpuPlatform platform;

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
    if (!GpuLayout.isPermuted(type.shape())) {
      platform.context().write(source, to.memory(), to.offset());
      return;
    }
    GpuMemory target = to.memory();
    GpuMemory staging = platform.memory().borrow(type.bytes());
    try {
      platform.context().write(source, staging, 0);
      reorder("to_channels_last", type, staging, 0, target, to.offset());
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
    if (!GpuLayout.isPermuted(type.shape())) {
      platform.context().read(source, from.offset(), target);
      return;
    }
    GpuMemory staging = platform.memory().borrow(type.bytes());
    try {
      reorder("to_row_major", type, source, from.offset(), staging, 0);
      platform.context().read(staging, 0, target);
    } finally {
      platform.memory().giveBack(staging);
    }
  }

  private void reorder(
      String function,
      TensorType type,
      GpuMemory from,
      long fromOffset,
      GpuMemory to,
      long toOffset) {
    Shape shape = type.shape();
    long pixels = shape.size(2, 4);
    try (GpuFunction reorder =
        platform
            .context()
            .function(
                GpuProgram.of("layout", java.util.Map.of("ELEMENT", element(type.dtype()))),
                function,
                Grid.line(shape.size(), LOCAL))) {
      reorder.set(0, from, fromOffset);
      reorder.set(1, to, toOffset);
      reorder.set(2, shape.size());
      reorder.set(3, shape.dim(1));
      reorder.set(4, Math.toIntExact(pixels));
      reorder.launch();
    }
  }

  /** An integer type as wide as an element. */
  private static String element(DType dtype) {
    return switch (dtype.bytes()) {
      case 1 -> "UCHAR";
      case 4 -> "UINT";
      default -> "ULONG";
    };
  }

  /** Memory to memory. */
  void copy(GpuBuffer from, GpuBuffer to) {
    if (!from.type().equals(to.type())) {
      throw new IllegalArgumentException(
          "copy needs two buffers of the same type, got " + from.type() + " and " + to.type());
    }
    GpuMemory source = from.memory();
    GpuMemory target = to.memory();
    long bytes = GpuLayout.bytes(from.type());
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
    return dense.duplicate().order(java.nio.ByteOrder.nativeOrder());
  }
}
