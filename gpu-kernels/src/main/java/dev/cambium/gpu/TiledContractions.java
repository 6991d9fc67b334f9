package dev.cambium.gpu;

import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.op.Linear;
import dev.cambium.op.LinearBackwardData;
import dev.cambium.op.LinearBackwardWeights;
import dev.cambium.op.MatMul;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** Products in tiles that a group of work-items shares in local memory, as GPUs want them. */
final class TiledContractions implements Contractions {
  private static final Declined NOT_YET = new Declined("no tiled kernel");

  @Override
  public Prepared linear(Linear op, List<ValueType> inputs) {
    return NOT_YET;
  }

  @Override
  public Prepared linearBackwardData(LinearBackwardData op, List<ValueType> inputs) {
    return NOT_YET;
  }

  @Override
  public Prepared linearBackwardWeights(LinearBackwardWeights op, List<ValueType> inputs) {
    return NOT_YET;
  }

  @Override
  public Prepared matMul(MatMul op, List<ValueType> inputs) {
    return NOT_YET;
  }

  @Override
  public Prepared convolution(Convolution op, List<ValueType> inputs) {
    return NOT_YET;
  }

  @Override
  public Prepared convolutionBackwardData(ConvolutionBackwardData op, List<ValueType> inputs) {
    return NOT_YET;
  }

  @Override
  public Prepared convolutionBackwardWeights(
      ConvolutionBackwardWeights op, List<ValueType> inputs) {
    return NOT_YET;
  }
}
