package dev.cambium.gpu;

import dev.cambium.spi.Backend;
import dev.cambium.spi.ChannelsLast;
import dev.cambium.spi.Upload;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Several uploads at once: small ones that lie close behind each other in one memory are put
 * together on the host and written as one, with what lies between them, as each transfer takes some
 * time to begin however small it is.
 */
final class PackedUpload {
  private static final long MOST_BYTES = 1 << 16;
  private static final long MOST_BETWEEN = 4L * Backend.ALIGNMENT;

  private final GpuTransfer transfer;
  private final GpuPlatform platform;
  private ByteBuffer together = ByteBuffer.allocateDirect(0);

  PackedUpload(GpuPlatform platform, GpuTransfer transfer) {
    this.platform = platform;
    this.transfer = transfer;
  }

  /** Copies all of them. */
  void run(List<Upload> uploads) {
    int first = 0;
    while (first < uploads.size()) {
      int next = first + 1;
      while (next < uploads.size() && areNeighbours(uploads.get(next - 1), uploads.get(next))) {
        next++;
      }
      if (next == first + 1) {
        Upload alone = uploads.get(first);
        transfer.upload(alone.value().bytes(), GpuBuffer.of(alone.to()));
      } else {
        write(uploads.subList(first, next));
      }
      first = next;
    }
  }

  private static boolean areNeighbours(Upload upload, Upload next) {
    GpuBuffer before = GpuBuffer.of(upload.to());
    GpuBuffer behind = GpuBuffer.of(next.to());
    long between = behind.offset() - end(before);
    return before.slot() == behind.slot()
        && isPlain(before)
        && isPlain(behind)
        && between >= 0
        && between <= MOST_BETWEEN;
  }

  private static boolean isPlain(GpuBuffer buffer) {
    return buffer.tensorType().bytes() <= MOST_BYTES
        && !ChannelsLast.isPermuted(buffer.tensorType().shape());
  }

  private static long end(GpuBuffer buffer) {
    return buffer.offset() + buffer.tensorType().bytes();
  }

  private void write(List<Upload> neighbours) {
    GpuBuffer first = GpuBuffer.of(neighbours.get(0).to());
    GpuBuffer last = GpuBuffer.of(neighbours.get(neighbours.size() - 1).to());
    int bytes = Math.toIntExact(end(last) - first.offset());
    if (bytes == 0) {
      return;
    }
    if (together.capacity() < bytes) {
      together = ByteBuffer.allocateDirect(bytes);
    }
    together.clear();
    for (Upload upload : neighbours) {
      together.position(Math.toIntExact(GpuBuffer.of(upload.to()).offset() - first.offset()));
      together.put(upload.value().bytes());
    }
    together.position(0).limit(bytes);
    platform.context().write(together, first.memory(), first.offset());
  }
}
