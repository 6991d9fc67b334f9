package dev.cambium.nd4j;

import dev.cambium.op.Activate;
import dev.cambium.op.ActivateGradient;
import dev.cambium.op.AdagradUpdate;
import dev.cambium.op.AdamUpdate;
import dev.cambium.op.Affine;
import dev.cambium.op.AveragePooling;
import dev.cambium.op.AveragePoolingBackward;
import dev.cambium.op.BatchNormBackward;
import dev.cambium.op.BatchNormInference;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Broadcast;
import dev.cambium.op.Cast;
import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.op.Fill;
import dev.cambium.op.Linear;
import dev.cambium.op.LinearBackwardData;
import dev.cambium.op.LinearBackwardWeights;
import dev.cambium.op.LogSoftmax;
import dev.cambium.op.LogSoftmaxBackward;
import dev.cambium.op.MatMul;
import dev.cambium.op.MaxPooling;
import dev.cambium.op.MaxPoolingBackward;
import dev.cambium.op.Op;
import dev.cambium.op.Reduce;
import dev.cambium.op.Reshape;
import dev.cambium.op.RmsPropUpdate;
import dev.cambium.op.RunningStatistics;
import dev.cambium.op.SgdUpdate;
import dev.cambium.op.Softmax;
import dev.cambium.op.SoftmaxBackward;
import dev.cambium.op.SumOfSquares;
import dev.cambium.op.Transpose;
import dev.cambium.op.UnaryMath;
import dev.cambium.spi.KernelTable;
import dev.cambium.spi.Prepared;
import dev.cambium.spi.View;
import java.util.function.BiFunction;

/** Which operation has which kernel. */
final class Nd4jKernels {
  private final KernelTable table = new KernelTable();
  private final Nd4jThread thread;

  private Nd4jKernels(Nd4jThread thread) {
    this.thread = thread;
  }

  /** The table for one open backend. */
  static KernelTable table(Nd4jThread thread) {
    Nd4jKernels kernels = new Nd4jKernels(thread);
    kernels.putContractions();
    kernels.putPoolingAndNorms();
    kernels.putElementwise();
    kernels.putUpdates();
    kernels.table.put(Reshape.class, (op, inputs) -> new View(0));
    return kernels.table;
  }

  private void putContractions() {
    put(Convolution.class, Nd4jConvolution::forward);
    put(ConvolutionBackwardData.class, Nd4jConvolution::backwardData);
    put(ConvolutionBackwardWeights.class, Nd4jConvolution::backwardWeights);
    put(Linear.class, Nd4jLinear::forward);
    put(LinearBackwardData.class, Nd4jLinear::backwardData);
    put(LinearBackwardWeights.class, Nd4jLinear::backwardWeights);
    put(MatMul.class, Nd4jMatMul::prepare);
  }

  private void putPoolingAndNorms() {
    put(MaxPooling.class, Nd4jMaxPooling::forward);
    put(MaxPoolingBackward.class, Nd4jMaxPooling::backward);
    put(AveragePooling.class, Nd4jAveragePooling::forward);
    put(AveragePoolingBackward.class, Nd4jAveragePooling::backward);
    put(BatchNormTraining.class, Nd4jBatchNorm::training);
    put(BatchNormBackward.class, Nd4jBatchNorm::backward);
    put(BatchNormInference.class, Nd4jBatchNorm::inference);
    put(RunningStatistics.class, Nd4jBatchNorm::runningStatistics);
    put(Softmax.class, Nd4jSoftmax::softmax);
    put(SoftmaxBackward.class, Nd4jSoftmax::softmaxBackward);
    put(LogSoftmax.class, Nd4jSoftmax::logSoftmax);
    put(LogSoftmaxBackward.class, Nd4jSoftmax::logSoftmaxBackward);
  }

  private void putUpdates() {
    put(SgdUpdate.class, Nd4jUpdate::sgd);
    put(AdamUpdate.class, Nd4jUpdate::adam);
    put(AdagradUpdate.class, Nd4jUpdate::adagrad);
    put(RmsPropUpdate.class, Nd4jUpdate::rmsProp);
  }

  private void putElementwise() {
    put(UnaryMath.class, Nd4jUnaryMath::prepare);
    put(BinaryMath.class, Nd4jBinaryMath::prepare);
    put(Affine.class, Nd4jAffine::prepare);
    put(Activate.class, Nd4jActivate::prepare);
    put(ActivateGradient.class, Nd4jActivateGradient::prepare);
    put(Cast.class, Nd4jCast::prepare);
    put(Fill.class, Nd4jRearrangements::fill);
    put(Broadcast.class, Nd4jRearrangements::broadcast);
    put(Transpose.class, Nd4jRearrangements::transpose);
    put(Reduce.class, Nd4jReduce::prepare);
    put(SumOfSquares.class, Nd4jReduce::sumOfSquares);
  }

  /** ND4J has no arrays without elements in most of its operations: those never reach it. */
  private <O extends Op> void put(Class<O> type, BiFunction<O, Signature, Prepared> factory) {
    table.put(
        type,
        (op, inputs) -> {
          Signature signature = new Signature(thread, inputs, op.infer(inputs));
          return signature.isEmpty()
              ? signature.kernel((in, out, scratch) -> {})
              : factory.apply(op, signature);
        });
  }
}
