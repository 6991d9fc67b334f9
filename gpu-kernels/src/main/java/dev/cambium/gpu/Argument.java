package dev.cambium.gpu;

import dev.cambium.spi.Buffer;
import dev.cambium.tensor.DType;

/** An argument of a launch: a buffer of the operation, or a number that is known beforehand. */
sealed interface Argument {
  /**
   * A buffer.
   *
   * @param side whether it is an input, an output, or the working memory
   * @param index which of them
   * @param offset the first byte, a multiple of 512
   */
  record Pointer(Side side, int index, long offset) implements Argument {
    /** That buffer, of those that a kernel is run with. */
    GpuBuffer buffer(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
      return GpuBuffer.of(
          switch (side) {
            case INPUT -> inputs[index];
            case OUTPUT -> outputs[index];
            case SCRATCH -> scratch;
          });
    }
  }

  /** Where a buffer comes from. */
  enum Side {
    INPUT,
    OUTPUT,
    SCRATCH
  }

  /**
   * A number.
   *
   * @param value an Integer, Long, Float or Double
   */
  record Scalar(Number value) implements Argument {
    /** Sets it. */
    void set(GpuFunction function, int argument) {
      if (value instanceof Integer number) {
        function.set(argument, number.intValue());
      } else if (value instanceof Long number) {
        function.set(argument, number.longValue());
      } else if (value instanceof Float number) {
        function.set(argument, number.floatValue());
      } else {
        function.set(argument, value.doubleValue());
      }
    }
  }

  /** The operation's input {@code index}. */
  static Argument input(int index) {
    return new Pointer(Side.INPUT, index, 0);
  }

  /** The operation's output {@code index}. */
  static Argument output(int index) {
    return new Pointer(Side.OUTPUT, index, 0);
  }

  /** The working memory from byte {@code offset} on, a multiple of 512. */
  static Argument scratch(long offset) {
    return new Pointer(Side.SCRATCH, 0, offset);
  }

  /** An {@code int}. */
  static Argument of(int value) {
    return new Scalar(value);
  }

  /** A {@code LONG}. */
  static Argument of(long value) {
    return new Scalar(value);
  }

  /** A {@code float}. */
  static Argument of(float value) {
    return new Scalar(value);
  }

  /** A {@code double}. */
  static Argument of(double value) {
    return new Scalar(value);
  }

  /** A {@code REAL} of a program in the given floating type. */
  static Argument real(DType dtype, double value) {
    return dtype == DType.FLOAT64 ? of(value) : of((float) value);
  }
}
