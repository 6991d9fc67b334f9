package dev.cambium.opencl;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Locale;
import org.jocl.Pointer;

/** Bytes of the host: where they are, and how many in words. */
final class Host {
  private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB"};

  private Host() {}

  /** To a buffer's position; the buffer itself is not touched. */
  static Pointer pointer(ByteBuffer buffer) {
    if (!buffer.isDirect() && !buffer.hasArray()) {
      // A read-only buffer of the heap hides its array.
      ByteBuffer copy = ByteBuffer.allocateDirect(buffer.remaining());
      copy.put(buffer.duplicate()).flip();
      return Pointer.to(copy);
    }
    return Pointer.toBuffer(buffer.duplicate());
  }

  /** For example {@code 9.6 GiB}. */
  static String words(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 ? bytes + " bytes" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }

  /** Writes all that is left of {@code bytes}: a channel may take less at a time. */
  static void writeAll(ByteBuffer bytes, WritableByteChannel channel) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
