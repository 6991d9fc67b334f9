package dev.cambium.cpu;

import dev.cambium.op.BinaryMath;
import dev.cambium.spi.Buffer;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * {@link BinaryMath} on FLOAT32, with broadcasting: the result is walked in the order of its
 * memory, row by row; in a row each operand advances by a fixed step, 0 where it repeats.
 */
final class CpuBinaryMath extends CpuLoop {
  private final StridedAxes axes;
  private final Row row;
  private FloatBuffer a;
  private FloatBuffer b;
  private FloatBuffer y;

  CpuBinaryMath(CpuPlatform platform, BinaryMath op, List<ValueType> inputs) {
    this(platform, op, axes(inputs));
  }

  private CpuBinaryMath(CpuPlatform platform, BinaryMath op, StridedAxes axes) {
    super(platform, axes.elements(), GRAIN);
    this.axes = axes;
    this.row =
        switch (op.function()) {
          case ADD -> CpuBinaryMath::add;
          case SUBTRACT -> CpuBinaryMath::subtract;
          case MULTIPLY -> CpuBinaryMath::multiply;
          case DIVIDE -> CpuBinaryMath::divide;
          case MAXIMUM -> CpuBinaryMath::maximum;
          case MINIMUM -> CpuBinaryMath::minimum;
        };
  }

  /** How the result reads both operands. */
  static StridedAxes axes(List<ValueType> inputs) {
    Shape a = ((TensorType) inputs.get(0)).shape();
    Shape b = ((TensorType) inputs.get(1)).shape();
    Shape y = a.broadcast(b);
    return StridedAxes.inMemoryOrder(y, StridedAxes.stretched(a, y), StridedAxes.stretched(b, y));
  }

  /** Part of a row: n elements of y from yAt, of a from aAt in steps, of b from bAt in steps. */
  @FunctionalInterface
  private interface Row {
    void run(
        FloatBuffer a,
        int aAt,
        int aStep,
        FloatBuffer b,
        int bAt,
        int bStep,
        FloatBuffer y,
        int yAt,
        int n);
  }

  @Override
  void begin(Buffer[] inputs, Buffer[] outputs) {
    a = CpuBuffer.of(inputs[0]).floats();
    b = CpuBuffer.of(inputs[1]).floats();
    y = CpuBuffer.of(outputs[0]).floats();
  }

  @Override
  public void run(int chunk, long from, long to) {
    int length = axes.rowLength();
    int aStep = axes.rowStride(0);
    int bStep = axes.rowStride(1);
    int at = (int) from;
    while (at < to) {
      int index = at / length;
      int column = at % length;
      int n = (int) Math.min(length - column, to - at);
      int aAt = axes.rowStart(0, index) + column * aStep;
      int bAt = axes.rowStart(1, index) + column * bStep;
      row.run(a, aAt, aStep, b, bAt, bStep, y, at, n);
      at += n;
    }
  }

  private static void add(
      FloatBuffer a,
      int aAt,
      int aStep,
      FloatBuffer b,
      int bAt,
      int bStep,
      FloatBuffer y,
      int yAt,
      int n) {
    for (int i = 0; i < n; i++) {
      y.put(yAt + i, a.get(aAt + i * aStep) + b.get(bAt + i * bStep));
    }
  }

  private static void subtract(
      FloatBuffer a,
      int aAt,
      int aStep,
      FloatBuffer b,
      int bAt,
      int bStep,
      FloatBuffer y,
      int yAt,
      int n) {
    for (int i = 0; i < n; i++) {
      y.put(yAt + i, a.get(aAt + i * aStep) - b.get(bAt + i * bStep));
    }
  }

  private static void multiply(
      FloatBuffer a,
      int aAt,
      int aStep,
      FloatBuffer b,
      int bAt,
      int bStep,
      FloatBuffer y,
      int yAt,
      int n) {
    for (int i = 0; i < n; i++) {
      y.put(yAt + i, a.get(aAt + i * aStep) * b.get(bAt + i * bStep));
    }
  }

  private static void divide(
      FloatBuffer a,
      int aAt,
      int aStep,
      FloatBuffer b,
      int bAt,
      int bStep,
      FloatBuffer y,
      int yAt,
      int n) {
    for (int i = 0; i < n; i++) {
      y.put(yAt + i, a.get(aAt + i * aStep) / b.get(bAt + i * bStep));
    }
  }

  private static void maximum(
      FloatBuffer a,
      int aAt,
      int aStep,
      FloatBuffer b,
      int bAt,
      int bStep,
      FloatBuffer y,
      int yAt,
      int n) {
    for (int i = 0; i < n; i++) {
      y.put(yAt + i, Math.max(a.get(aAt + i * aStep), b.get(bAt + i * bStep)));
    }
  }

  private static void minimum(
      FloatBuffer a,
      int aAt,
      int aStep,
      FloatBuffer b,
      int bAt,
      int bStep,
      FloatBuffer y,
      int yAt,
      int n) {
    for (int i = 0; i < n; i++) {
      y.put(yAt + i, Math.min(a.get(aAt + i * aStep), b.get(bAt + i * bStep)));
    }
  }
}
