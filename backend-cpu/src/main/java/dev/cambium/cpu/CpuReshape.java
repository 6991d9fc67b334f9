package dev.cambium.cpu;

import dev.cambium.op.Reshape;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.ChannelsLast;
import dev.cambium.spi.Prepared;
import dev.cambium.spi.View;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/**
 * {@link Reshape}: a second view of the same memory where the elements lie in the same order, else
 * a transposition between channels-last and row-major. Two images of different shapes meet in
 * row-major order, in the working memory.
 */
final class CpuReshape extends CpuKernel {
  private final CpuParallel parallel;
  private final Shape from;
  private final Shape to;
  private final int elementBytes;

  private CpuReshape(CpuPlatform platform, TensorType from, TensorType to) {
    super(platform);
    this.parallel = platform.parallel();
    this.from = from.shape();
    this.to = to.shape();
    this.elementBytes = from.dtype().bytes();
  }

  static Prepared prepare(Reshape op, List<ValueType> inputs, CpuPlatform platform) {
    TensorType from = (TensorType) inputs.get(0);
    TensorType to = (TensorType) op.infer(inputs).get(0);
    return sameOrder(from.shape(), to.shape()) ? new View(0) : new CpuReshape(platform, from, to);
  }

  private static boolean sameOrder(Shape from, Shape to) {
    boolean permutedFrom = ChannelsLast.isPermuted(from);
    boolean permutedTo = ChannelsLast.isPermuted(to);
    return permutedFrom && permutedTo ? from.equals(to) : !permutedFrom && !permutedTo;
  }

  @Override
  public long scratchBytes() {
    boolean both = ChannelsLast.isPermuted(from) && ChannelsLast.isPermuted(to);
    return both ? from.size() * elementBytes : 0;
  }

  @Override
  void execute(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
    CpuBuffer source = CpuBuffer.of(inputs[0]);
    CpuBuffer target = CpuBuffer.of(outputs[0]);
    if (!ChannelsLast.isPermuted(to)) {
      Transposition.toRowMajor(parallel, from, elementBytes, source.bytes(), target.bytes());
    } else if (!ChannelsLast.isPermuted(from)) {
      Transposition.toChannelsLast(parallel, to, elementBytes, source.bytes(), target.bytes());
    } else {
      CpuBuffer middle = CpuBuffer.of(scratch);
      Transposition.toRowMajor(parallel, from, elementBytes, source.bytes(), middle.bytes());
      Transposition.toChannelsLast(parallel, to, elementBytes, middle.bytes(), target.bytes());
    }
  }
}
