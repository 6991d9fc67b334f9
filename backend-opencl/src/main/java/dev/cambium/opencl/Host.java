package dev.cambium.opencl;

import java.nio.ByteBuffer;
import org.jocl.Pointer;

/** Bytes of the host, as JOCL wants to be told where they are. */
final class Host {
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
}
