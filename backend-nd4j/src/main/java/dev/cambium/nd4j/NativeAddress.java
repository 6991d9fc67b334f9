package dev.cambium.nd4j;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** An address that somebody else owns, for calls that take a pointer. */
final class NativeAddress extends Pointer {
  NativeAddress(long address) {
    super((Pointer) null);
    this.address = address;
  }

  /** So many bytes from an address on, in native order, from position 0. */
  static ByteBuffer bytes(long address, long size) {
    if (size > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a value of " + size + " bytes is larger than a ByteBuffer; use a smaller batch");
    }
    if (size == 0) {
      return ByteBuffer.allocateDirect(0).order(ByteOrder.nativeOrder());
    }
    BytePointer pointer = new BytePointer(new NativeAddress(address));
    return pointer.capacity(size).asByteBuffer().order(ByteOrder.nativeOrder());
  }
}
