package dev.cambium.gpu;

import dev.cambium.tensor.DType;

/**
 * How many sums a work-item of the kernels for processors keeps in registers: a variant of them. A
 * tile has some rows and two vectors of columns, whose length in bytes is the same for every
 * element type.
 */
enum WideTile {
  /** For vectors of 64 bytes, when addresses are costly or rows few. */
  LONG_4(64, 4),
  /** Between the two. */
  LONG_6(64, 6),
  /** For vectors of 64 bytes and 32 registers; more rows need more addresses than there are. */
  LONG_8(64, 8),
  /** For vectors of 32 bytes, when addresses are costly or rows few. */
  SHORT_4(32, 4),
  /** For vectors of 32 bytes, as many rows as 16 registers hold. */
  SHORT_6(32, 6),
  /** For vectors of 32 bytes and 32 registers. */
  SHORT_8(32, 8),
  /** For the same, when arithmetic is slower than addresses. */
  SHORT_12(32, 12);

  private final int bytes;
  private final int rows;

  WideTile(int bytes, int rows) {
    this.bytes = bytes;
    this.rows = rows;
  }

  /**
   * What suits a device of which nothing more is known: 8 rows where a vector has 64 bytes, and
   * else 6 of 32, which 16 registers of 32 bytes hold, and 32 registers of 16.
   */
  static WideTile byDefault(GpuDevice device) {
    return device.vectorBytes() >= LONG_8.bytes ? LONG_8 : SHORT_6;
  }

  /** Rows of the result. */
  int rows() {
    return rows;
  }

  /** Elements of a vector. */
  int lanes(DType dtype) {
    return bytes / dtype.bytes();
  }

  /** Columns of the result, and of a panel. */
  int columns(DType dtype) {
    return 2 * lanes(dtype);
  }

  /** A program in this variant. */
  GpuProgram program(GpuPlatform gpu, String file, DType dtype) {
    return gpu.program(file, dtype).with("LANES", lanes(dtype)).with("TILE", rows);
  }

  /** In words, as those who tune read it. */
  @Override
  public String toString() {
    return rows + " rows x 2 vectors of " + bytes + " bytes";
  }
}
