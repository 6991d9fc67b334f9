package dev.cambium.cpu;

import dev.cambium.op.SumOfSquares;
import dev.cambium.spi.Buffer;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * {@link SumOfSquares}: each piece is added up, then the pieces in their order in double, so that
 * the number of threads does not change the sum.
 */
final class CpuSumOfSquares extends CpuLoop {
  private static final int PIECE = 32_768;

  private final Workspaces<CompensatedSum> workspaces;
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
    this.workspaces = new Workspaces<>(platform, CompensatedSum::new);
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
    CompensatedSum sum = workspaces.take();
    try {
      for (int piece = (int) from; piece < to; piece++) {
        FloatBuffer tensor = tensors[pieces.tensor(piece)];
        sums[piece] = sum.sumOfSquares(tensor, pieces.from(piece), pieces.to(piece));
      }
    } finally {
      workspaces.give(sum);
    }
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
