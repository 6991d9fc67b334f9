package dev.cambium.cpu;

import dev.cambium.op.SumOfSquares;
import dev.cambium.spi.Buffer;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * {@link SumOfSquares}: each piece is added up in double, then the pieces in their order, so that
 * the number of threads does not change the sum.
 */
final class CpuSumOfSquares extends CpuLoop {
  private static final int PIECE = 16_384;

  private final Pieces pieces;
  private final double[] sums;
  private final FloatBuffer[] tensors;
  private FloatBuffer y;

  CpuSumOfSquares(CpuPlatform platform, List<ValueType> inputs) {
    this(
        platform,
        new Pieces(inputs.stream().map(type -> ((TensorType) type).shape()).toList(), PIECE),
        inputs.size());
  }

  private CpuSumOfSquares(CpuPlatform platform, Pieces pieces, int tensors) {
    super(platform, pieces.count(), 1);
    this.pieces = pieces;
    this.sums = new double[pieces.count()];
    this.tensors = new FloatBuffer[tensors];
  }

  @Override
  void begin(Buffer[] inputs, Buffer[] outputs) {
    for (int i = 0; i < tensors.length; i++) {
      tensors[i] = CpuBuffer.of(inputs[i]).floats();
    }
    y = CpuBuffer.of(outputs[0]).floats();
  }

  @Override
  public void run(int chunk, long from, long to) {
    for (int piece = (int) from; piece < to; piece++) {
      sums[piece] = sum(tensors[pieces.tensor(piece)], pieces.from(piece), pieces.to(piece));
    }
  }

  /** Four sums side by side, as each addition waits for the one before it. */
  private static double sum(FloatBuffer t, int from, int to) {
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    int i = from;
    for (; i + 3 < to; i += 4) {
      sum0 += square(t.get(i));
      sum1 += square(t.get(i + 1));
      sum2 += square(t.get(i + 2));
      sum3 += square(t.get(i + 3));
    }
    for (; i < to; i++) {
      sum0 += square(t.get(i));
    }
    return sum0 + sum1 + (sum2 + sum3);
  }

  private static double square(double value) {
    return value * value;
  }

  @Override
  void end() {
    double sum = 0;
    for (double piece : sums) {
      sum += piece;
    }
    y.put(0, (float) sum);
  }
}
