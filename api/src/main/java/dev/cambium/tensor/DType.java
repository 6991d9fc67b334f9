package dev.cambium.tensor;

/** Element types of tensors, each with its size in bytes. */
public enum DType {
  /** IEEE 754 binary32, the type of training. */
  FLOAT32(4, true),
  /** IEEE 754 binary64, the type of gradient checks and oracles. */
  FLOAT64(8, true),
  /** Signed 32-bit integers: labels, counts, random-number positions. */
  INT32(4, false),
  /** Signed 64-bit integers: step counters; a double holds them exactly up to 2^53. */
  INT64(8, false),
  /** Unsigned bytes: raw pixels. */
  UINT8(1, false);

  private final int bytes;
  private final boolean floating;

  DType(int bytes, boolean floating) {
    this.bytes = bytes;
    this.floating = floating;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Whether this is a floating-point type. */
  public boolean isFloating() {
    return floating;
  }
}
