package dev.cambium.nd4j;

import dev.cambium.spi.Buffer;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A typed view of a {@link Nd4jMemory}, row-major without gaps. The ND4J arrays over it are made
 * when they are first asked for, and kept: a plan runs its kernels on the same buffers again and
 * again. They are made and used on the backend's thread alone.
 */
final class Nd4jBuffer implements Buffer {
  /** Which elements of the buffer an array shows, in which order. */
  private record Window(DType dtype, long offset, List<Long> shape, List<Long> strides) {}

  private final Nd4jMemory memory;
  private final long offset;
  private final ValueType type;
  private final Map<DType, DataBuffer> data = new HashMap<>();
  private final Map<Window, INDArray> arrays = new HashMap<>();
  private INDArray whole;
  private INDArray row;

  /**
   * A view.
   *
   * @param memory where the value lies
   * @param offset its first byte
   * @param type what it is
   */
  Nd4jBuffer(Nd4jMemory memory, long offset, ValueType type) {
    memory.address();
    this.memory = memory;
    this.offset = offset;
    this.type = type;
  }

  /**
   * The buffer as one of this backend.
   *
   * @throws IllegalArgumentException when it is another backend's
   */
  static Nd4jBuffer of(Buffer buffer) {
    if (buffer instanceof Nd4jBuffer own) {
      return own;
    }
    throw new IllegalArgumentException(
        "a buffer of the nd4j backend was expected, got "
            + (buffer == null ? "null" : buffer.getClass().getName()));
  }

  @Override
  public ValueType type() {
    return type;
  }

  /** The type of a buffer that holds a tensor. */
  TensorType tensorType() {
    if (type instanceof TensorType tensor) {
      return tensor;
    }
    throw new IllegalArgumentException("a tensor was expected, got the cache " + type);
  }

  Nd4jMemory memory() {
    return memory;
  }

  /** The value as an array of its own shape. */
  INDArray array() {
    memory.address();
    if (whole == null) {
      whole = view(Nd4jTypes.dimensions(tensorType().shape()));
    }
    return whole;
  }

  /** The value as an array of rank 1. */
  INDArray flat() {
    memory.address();
    if (row == null) {
      row = view(tensorType().shape().size());
    }
    return row;
  }

  /** The value as an array of another shape with as many elements. */
  INDArray view(long... shape) {
    return view(0, shape, Nd4jTypes.rowMajor(shape));
  }

  /** Some elements of the value: from {@code first} on, {@code strides} elements apart. */
  INDArray view(long first, long[] shape, long[] strides) {
    return view(tensorType().dtype(), first, shape, strides);
  }

  /** Working memory as an array of the given element type, from that many bytes on. */
  INDArray scratch(DType dtype, long firstByte, long... shape) {
    return view(dtype, firstByte / dtype.bytes(), shape, Nd4jTypes.rowMajor(shape));
  }

  /** Some elements of working memory: from {@code first} on, {@code strides} elements apart. */
  INDArray scratch(DType dtype, long first, long[] shape, long[] strides) {
    return view(dtype, first, shape, strides);
  }

  private INDArray view(DType dtype, long first, long[] shape, long[] strides) {
    memory.address();
    Window window = new Window(dtype, first, list(shape), list(strides));
    return arrays.computeIfAbsent(
        window, w -> Nd4j.create(data(dtype), shape.clone(), strides.clone(), first, 'c'));
  }

  /** The elements; ND4J does not own them, so that closing it frees nothing. */
  private DataBuffer data(DType dtype) {
    return data.computeIfAbsent(
        dtype,
        d -> {
          long elements = (memory.bytes() - offset) / d.bytes();
          return Nd4j.createBuffer(
              new NativeAddress(memory.address() + offset), elements, Nd4jTypes.of(d));
        });
  }

  /** The value's bytes in native order, from position 0. */
  ByteBuffer bytes() {
    return bytes(tensorType().bytes());
  }

  /** The first number of working memory, which ND4J is done with. */
  double number(DType dtype) {
    return HostArray.wrap(new TensorType(dtype, Shape.scalar()), bytes(dtype.bytes())).scalar();
  }

  /** The first bytes in native order, from position 0. */
  ByteBuffer bytes(long size) {
    return NativeAddress.bytes(memory.address() + offset, size);
  }

  private static List<Long> list(long[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
