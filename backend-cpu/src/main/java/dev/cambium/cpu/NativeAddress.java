package dev.cambium.cpu;

import org.bytedeco.javacpp.Pointer;

/** A raw address as a pointer that owns nothing, for calls into native code. */
final class NativeAddress extends Pointer {
  NativeAddress(long address) {
    super((Pointer) null);
    this.address = address;
  }

  /** Points elsewhere. */
  void set(long address) {
    this.address = address;
  }
}
