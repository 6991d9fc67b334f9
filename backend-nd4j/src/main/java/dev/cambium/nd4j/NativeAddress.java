package dev.cambium.nd4j;

import org.bytedeco.javacpp.Pointer;

/** An address that somebody else owns, for calls that take a pointer. */
final class NativeAddress extends Pointer {
  NativeAddress(long address) {
    super((Pointer) null);
    this.address = address;
  }
}
