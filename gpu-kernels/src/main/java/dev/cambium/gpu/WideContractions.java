package dev.cambium.gpu;

import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.op.Linear;
import dev.cambium.op.LinearBackwardData;
import dev.cambium.op.LinearBackwardWeights;
import dev.cambium.op.MatMul;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.ValueType;
import java.util.List;

/**
 * Products as processors want them: a work-item keeps a tile of rows and two vectors of columns in
 * registers, and work-groups are few and of one work-item.
 */
final class WideContractions implements Contractions {
  private final GpuPlatform gpu;
  private final WideTile tile;

  WideContractions(GpuPlatform gpu, WideTile tile) {
    this.gpu = gpu;
    this.tile = tile;
  }

  @Override
  public Prepared linear(Linear op, List<ValueType> inputs) {
    return WideLinear.forward(gpu, tile, op, inputs);
  }

  @Override
  public Prepared linearBackwardData(LinearBackwardData op, List<ValueType> inputs) {
    return WideLinear.backwardData(gpu, tile, op, inputs);
  }

  @Override
  public Prepared linearBackwardWeights(LinearBackwardWeights op, List<ValueType> inputs) {
    return WideLinear.backwardWeights(gpu, tile, op, inputs);
  }

  @Override
  public Prepared matMul(MatMul op, List<ValueType> inputs) {
    return WideMatMul.prepare(gpu, tile, op, inputs);
  }

  @Override
  public Prepared convolution(Convolution op, List<ValueType> inputs) {
    return WideConvolution.forward(gpu, tile, op, inputs);
  }

  @Override
  public Prepared convolutionBackwardData(ConvolutionBackwardData op, List<ValueType> inputs) {
    return WideConvolution.backwardData(gpu, tile, op, inputs);
  }

  @Override
  public Prepared convolutionBackwardWeights(
      ConvolutionBackwardWeights op, List<ValueType> inputs) {
    return WideWeightGradient.prepare(gpu, tile, op, inputs);
  }
}
