package dev.cambium.gpu;

import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.op.Linear;
import dev.cambium.op.LinearBackwardData;
import dev.cambium.op.LinearBackwardWeights;
import dev.cambium.op.MatMul;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** Products in tiles that a group of work-items shares in local memory, as GPUs want them. */
final class TiledContractions implements Contractions {
  private final GpuPlatform gpu;
  private final GpuTuning tuning;

  TiledContractions(GpuPlatform gpu, GpuTuning tuning) {
    this.gpu = gpu;
    this.tuning = tuning;
  }

  @Override
  public Prepared linear(Linear op, List<ValueType> inputs) {
    int units = tensor(inputs, 1).shape().dim(0);
    LinearProblem p = LinearProblem.of(tensor(inputs, 0), units);
    MatrixProduct product =
        MatrixProduct.of(p.dtype(), p.batch(), units, p.features(), false, true);
    Epilogue epilogue = Epilogue.of(op.bias(), op.activation());
    return packed(TiledProduct.launch(gpu, tuning, product, epilogue), p).build();
  }

  @Override
  public Prepared linearBackwardData(LinearBackwardData op, List<ValueType> inputs) {
    TensorType dy = tensor(inputs, 0);
    LinearProblem p = LinearProblem.of(dy.withShape(op.inputShape()), dy.shape().dim(1));
    MatrixProduct product =
        MatrixProduct.of(p.dtype(), p.batch(), p.features(), p.units(), false, false);
    return packed(TiledProduct.launch(gpu, tuning, product, Epilogue.NONE), p).build();
  }

  /** The weights' columns are brought into the features' order once per update. */
  private GpuKernel.Builder packed(GpuKernel.Builder kernel, LinearProblem p) {
    return p.isPermuted() ? kernel.packer(1, PermutedWeights.packer(gpu, p)) : kernel;
  }

  @Override
  public Prepared linearBackwardWeights(LinearBackwardWeights op, List<ValueType> inputs) {
    int units = tensor(inputs, 1).shape().dim(1);
    return TiledLinearBackwardWeights.prepare(
        gpu, tuning, LinearProblem.of(tensor(inputs, 0), units), op.bias());
  }

  @Override
  public Prepared matMul(MatMul op, List<ValueType> inputs) {
    return TiledProduct.launch(gpu, tuning, MatrixProduct.of(op, inputs), Epilogue.NONE).build();
  }

  @Override
  public Prepared convolution(Convolution op, List<ValueType> inputs) {
    ConvolutionProblem p = ConvolutionProblem.of(op, inputs);
    Epilogue epilogue = Epilogue.of(op.bias(), op.activation());
    if (p.isDepthwise()) {
      return GpuDepthwise.forward(gpu, p, epilogue);
    }
    Tiling tiling = tiling(TiledFamily.CONVOLUTION, ProductSize.forward(p));
    return TiledConvolution.launch(gpu, tiling, p, epilogue).build();
  }

  @Override
  public Prepared convolutionBackwardData(ConvolutionBackwardData op, List<ValueType> inputs) {
    ConvolutionProblem p = ConvolutionProblem.of(op, inputs);
    if (p.isDepthwise()) {
      return GpuDepthwise.backwardData(gpu, p);
    }
    Tiling tiling = tiling(TiledFamily.BACKWARD_DATA, ProductSize.backwardData(p));
    return TiledConvolutionBackwardData.launch(gpu, tiling, p).build();
  }

  @Override
  public Prepared convolutionBackwardWeights(
      ConvolutionBackwardWeights op, List<ValueType> inputs) {
    ConvolutionProblem p = ConvolutionProblem.of(op, inputs);
    if (p.isDepthwise()) {
      return GpuDepthwise.backwardWeights(gpu, p, op.bias());
    }
    Tiling tiling = tiling(TiledFamily.BACKWARD_WEIGHTS, ProductSize.backwardWeights(p));
    return TiledConvolutionBackwardWeights.launch(gpu, tiling, p, op.bias()).build();
  }

  private Tiling tiling(TiledFamily family, ProductSize size) {
    return tuning.tiling(family, size, gpu.device());
  }

  private static TensorType tensor(List<ValueType> inputs, int index) {
    return (TensorType) inputs.get(index);
  }
}
