package dev.cambium.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.StringJoiner;

/**
 * A dense row-major array in host memory, the form in which values enter and leave a backend:
 * images NCHW, filters OIHW, native byte order. Elements are read and written as doubles by their
 * flat index, or in bulk. Not safe for concurrent writes.
 */
public final class HostArray {
  private final TensorType type;
  private final ByteBuffer data;

  private HostArray(TensorType type, ByteBuffer data) {
    this.type = type;
    this.data = data;
  }

  /** An array of zeros in direct (off-heap) memory. */
  public static HostArray allocate(TensorType type) {
    Objects.requireNonNull(type, "type");
    int bytes = Math.toIntExact(type.bytes());
    return new HostArray(type, ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder()));
  }

  /**
   * An array over the remaining bytes of {@code data}, not copied; the buffer must be in native
   * byte order.
   */
  public static HostArray wrap(TensorType type, ByteBuffer data) {
    if (data.remaining() != type.bytes()) {
      throw new IllegalArgumentException(
          "data of a HostArray of type "
              + type
              + " must be "
              + type.bytes()
              + " bytes, got "
              + data.remaining());
    }
    return new HostArray(type, data.slice().order(ByteOrder.nativeOrder()));
  }

  /** A FLOAT32 array of the given values. */
  public static HostArray of(Shape shape, float... values) {
    HostArray array = checked(DType.FLOAT32, shape, values.length);
    array.data.asFloatBuffer().put(values);
    return array;
  }

  /** A FLOAT64 array of the given values. */
  public static HostArray of(Shape shape, double... values) {
    HostArray array = checked(DType.FLOAT64, shape, values.length);
    array.data.asDoubleBuffer().put(values);
    return array;
  }

  /** An INT32 array of the given values. */
  public static HostArray of(Shape shape, int... values) {
    HostArray array = checked(DType.INT32, shape, values.length);
    array.data.asIntBuffer().put(values);
    return array;
  }

  /** An array of {@code type} whose elements are the given doubles, rounded to the element type. */
  public static HostArray of(TensorType type, double[] values) {
    HostArray array = checked(type.dtype(), type.shape(), values.length);
    for (int i = 0; i < values.length; i++) {
      array.set(i, values[i]);
    }
    return array;
  }

  /** A scalar of the given element type. */
  public static HostArray scalar(DType dtype, double value) {
    return of(new TensorType(dtype, Shape.scalar()), new double[] {value});
  }

  private static HostArray checked(DType dtype, Shape shape, int length) {
    if (shape.size() != length) {
      throw new IllegalArgumentException(
          "values of an array of shape "
              + shape
              + " must be "
              + shape.size()
              + " numbers, got "
              + length);
    }
    return allocate(new TensorType(dtype, shape));
  }

  /** Element type and shape. */
  public TensorType type() {
    return type;
  }

  /** The shape. */
  public Shape shape() {
    return type.shape();
  }

  /** The element type. */
  public DType dtype() {
    return type.dtype();
  }

  /** The bytes, dense, row-major, native order, from position 0 to the end; shares the memory. */
  public ByteBuffer bytes() {
    return data.duplicate().order(ByteOrder.nativeOrder()).clear();
  }

  /** The element at flat index {@code index}, converted to double. */
  public double get(int index) {
    return switch (type.dtype()) {
      case FLOAT32 -> data.getFloat(index * 4);
      case FLOAT64 -> data.getDouble(index * 8);
      case INT32 -> data.getInt(index * 4);
      case INT64 -> data.getLong(index * 8);
      case UINT8 -> data.get(index) & 0xFF;
    };
  }

  /** Sets the element at flat index {@code index}, rounded to the element type. */
  public void set(int index, double value) {
    switch (type.dtype()) {
      case FLOAT32 -> data.putFloat(index * 4, (float) value);
      case FLOAT64 -> data.putDouble(index * 8, value);
      case INT32 -> data.putInt(index * 4, (int) value);
      case INT64 -> data.putLong(index * 8, (long) value);
      case UINT8 -> data.put(index, (byte) (int) value);
    }
  }

  /** The value of a scalar, or of an array with one element. */
  public double scalar() {
    if (shape().size() != 1) {
      throw new IllegalArgumentException("scalar() needs one element, got shape " + shape());
    }
    return get(0);
  }

  /** All elements as floats. */
  public float[] toFloats() {
    float[] values = new float[shape().intSize()];
    if (dtype() == DType.FLOAT32) {
      bytes().asFloatBuffer().get(values);
      return values;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) get(i);
    }
    return values;
  }

  /** All elements as doubles. */
  public double[] toDoubles() {
    double[] values = new double[shape().intSize()];
    for (int i = 0; i < values.length; i++) {
      values[i] = get(i);
    }
    return values;
  }

  /** All elements as ints, truncated. */
  public int[] toInts() {
    int[] values = new int[shape().intSize()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (int) get(i);
    }
    return values;
  }

  /** A copy with its own memory. */
  public HostArray copy() {
    HostArray copy = allocate(type);
    copy.bytes().put(bytes());
    return copy;
  }

  /** This array's memory under another shape of the same size. */
  public HostArray reshape(Shape shape) {
    return wrap(type.withShape(shape), bytes());
  }

  /** The type and the first elements. */
  @Override
  public String toString() {
    StringJoiner joiner = new StringJoiner(", ", type + " {", shape().size() > 8 ? ", ...}" : "}");
    for (int i = 0; i < Math.min(8, shape().size()); i++) {
      joiner.add(Double.toString(get(i)));
    }
    return joiner.toString();
  }
}
