package dev.cambium.spi;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Reads and writes the bytes of any backend's memory as rows of doubles, whatever lies there. */
final class RawBytes {
  private static final int CHUNK = 1 << 20;

  private final Backend backend;
  private final Queue<ByteBuffer> chunks = new ConcurrentLinkedQueue<>();

  RawBytes(Backend backend) {
    this.backend = backend;
  }

  /** The bytes from {@code from} (inclusive) to {@code to} (exclusive); waits. */
  byte[] read(Memory memory, long from, long to) {
    byte[] bytes = new byte[Math.toIntExact(to - from)];
    ByteBuffer chunk = take();
    for (long start = aligned(from); start < to; start += CHUNK) {
      ByteBuffer dense = room(chunk, to - start);
      backend.download(row(memory, start, dense), dense.duplicate().order(dense.order()));
      long first = Math.max(from, start);
      int length = (int) (Math.min(to, start + CHUNK) - first);
      dense.get((int) (first - start), bytes, (int) (first - from), length);
    }
    chunks.add(chunk);
    return bytes;
  }

  /** Replaces the bytes from {@code from} on. */
  void write(Memory memory, long from, byte[] bytes) {
    long to = from + bytes.length;
    ByteBuffer chunk = take();
    for (long start = aligned(from); start < to; start += CHUNK) {
      ByteBuffer dense = room(chunk, to - start);
      Buffer row = row(memory, start, dense);
      backend.download(row, dense.duplicate().order(dense.order()));
      long first = Math.max(from, start);
      int length = (int) (Math.min(to, start + CHUNK) - first);
      dense.put((int) (first - start), bytes, (int) (first - from), length);
      backend.upload(dense, row);
    }
    chunks.add(chunk);
  }

  /** Sets every double from {@code from} on, which must be aligned. */
  void fill(Memory memory, long from, long doubles, double value) {
    int most = CHUNK / Double.BYTES;
    for (long done = 0; done < doubles; done += most) {
      int count = (int) Math.min(most, doubles - done);
      backend.fill(backend.bind(memory, from + done * Double.BYTES, row(count)), value);
    }
  }

  private static long aligned(long position) {
    return position / Backend.ALIGNMENT * Backend.ALIGNMENT;
  }

  private ByteBuffer take() {
    ByteBuffer chunk = chunks.poll();
    return chunk != null ? chunk : ByteBuffer.allocateDirect(CHUNK);
  }

  /** The beginning of {@code chunk}, in whole doubles. */
  private static ByteBuffer room(ByteBuffer chunk, long bytes) {
    long doubles = (Math.min(bytes, CHUNK) + Double.BYTES - 1) / Double.BYTES;
    return chunk.slice(0, (int) doubles * Double.BYTES).order(ByteOrder.nativeOrder());
  }

  private Buffer row(Memory memory, long start, ByteBuffer dense) {
    return backend.bind(memory, start, row(dense.capacity() / Double.BYTES));
  }

  private static TensorType row(int doubles) {
    return TensorType.of(DType.FLOAT64, doubles);
  }
}
