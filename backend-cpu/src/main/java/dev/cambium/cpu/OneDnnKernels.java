package dev.cambium.cpu;

import dev.cambium.op.Activate;
import dev.cambium.op.ActivateGradient;
import dev.cambium.op.AveragePooling;
import dev.cambium.op.AveragePoolingBackward;
import dev.cambium.op.BatchNormBackward;
import dev.cambium.op.BatchNormInference;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.op.Linear;
import dev.cambium.op.LinearBackwardData;
import dev.cambium.op.LinearBackwardWeights;
import dev.cambium.op.MatMul;
import dev.cambium.op.MaxPooling;
import dev.cambium.op.MaxPoolingBackward;
import dev.cambium.op.Op;
import dev.cambium.op.Reshape;
import dev.cambium.spi.ChannelsLast;
import dev.cambium.spi.Declined;
import dev.cambium.spi.KernelTable;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** The operations that oneDNN has primitives for; all of them in FLOAT32. */
final class OneDnnKernels {
  private OneDnnKernels() {}

  /** Adds them to the table. */
  static void register(KernelTable table, CpuPlatform platform) {
    put(table, platform, Linear.class, CpuLinear::prepare);
    put(table, platform, LinearBackwardData.class, CpuLinearBackwardData::prepare);
    put(table, platform, LinearBackwardWeights.class, CpuLinearBackwardWeights::prepare);
    put(table, platform, MatMul.class, CpuMatMul::prepare);
    put(table, platform, Convolution.class, CpuConvolution::prepare);
    put(table, platform, ConvolutionBackwardData.class, CpuConvolutionBackwardData::prepare);
    put(table, platform, ConvolutionBackwardWeights.class, CpuConvolutionBackwardWeights::prepare);
    put(table, platform, MaxPooling.class, CpuMaxPooling::prepare);
    put(table, platform, MaxPoolingBackward.class, CpuMaxPoolingBackward::prepare);
    put(table, platform, AveragePooling.class, CpuAveragePooling::prepare);
    put(table, platform, AveragePoolingBackward.class, CpuAveragePoolingBackward::prepare);
    put(table, platform, BatchNormTraining.class, CpuBatchNormTraining::prepare);
    put(table, platform, BatchNormBackward.class, CpuBatchNormBackward::prepare);
    put(table, platform, BatchNormInference.class, CpuBatchNormInference::prepare);
    put(table, platform, Activate.class, CpuActivate::prepare);
    put(table, platform, ActivateGradient.class, CpuActivateGradient::prepare);
    table.put(Reshape.class, (op, inputs) -> CpuReshape.prepare(op, inputs, platform));
  }

  /** Prepares an operation on FLOAT32 tensors, none of them empty. */
  private interface Factory<O extends Op> {
    Prepared prepare(O op, List<ValueType> inputs, CpuPlatform platform);
  }

  private static <O extends Op> void put(
      KernelTable table, CpuPlatform platform, Class<O> type, Factory<O> factory) {
    table.put(type, (op, inputs) -> prepare(op, inputs, platform, factory));
  }

  private static <O extends Op> Prepared prepare(
      O op, List<ValueType> inputs, CpuPlatform platform, Factory<O> factory) {
    List<ValueType> outputs = op.infer(inputs);
    boolean empty = false;
    for (ValueType input : inputs) {
      if (input instanceof TensorType tensor) {
        if (tensor.dtype() != DType.FLOAT32) {
          return new Declined(
              "oneDNN computes " + op.name() + " in FLOAT32, not " + tensor.dtype());
        }
        empty |= tensor.shape().size() == 0;
      }
    }
    if (!empty) {
      return factory.prepare(op, inputs, platform);
    }
    boolean noResult = outputs.stream().allMatch(output -> ChannelsLast.bytes(output) == 0);
    return noResult || isLinear(op)
        ? new CpuZero(platform)
        : new Declined("oneDNN does not compute " + op.name() + " of empty tensors");
  }

  /** Whether the result is a sum of products and nothing else, so that a sum over nothing is 0. */
  private static boolean isLinear(Op op) {
    return op instanceof MatMul
        || op instanceof LinearBackwardData
        || op instanceof LinearBackwardWeights
        || op instanceof ConvolutionBackwardData
        || op instanceof ConvolutionBackwardWeights;
  }

  /** The shape of a value that is a tensor. */
  static Shape shape(ValueType type) {
    return ((TensorType) type).shape();
  }
}
