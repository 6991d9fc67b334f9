package dev.cambium.nd4j;

import dev.cambium.op.Activation;
import dev.cambium.op.BatchNormBackward;
import dev.cambium.op.BatchNormInference;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.op.RunningStatistics;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Batch normalisation by ND4J's batchnorm, its gradient, and its moments, which are biased. */
final class Nd4jBatchNorm {
  private static final int CHANNELS = 1;

  /** The inputs of the gradient that are not read without an activation. */
  private static final int[] RESULT_AND_WORKSPACE = {2, 6};

  private Nd4jBatchNorm() {}

  /**
   * ND4J's variance of a channel with an infinite value is infinite, not NaN as its mean - mean.
   */
  static Prepared training(BatchNormTraining op, Signature signature) {
    Nd4jOperation moments = Nd4jOperation.of("moments", overChannel(signature.shape(0)));
    Nd4jOperation normalise = normalise(op.epsilon());
    Arithmetic arithmetic = new Arithmetic();
    long channels = signature.shape(1).size();
    return signature.kernel(
        signature.bytes(channels),
        (in, out, scratch) -> {
          INDArray x = in[0].array();
          INDArray mean = out[1].array();
          INDArray variance = out[2].array();
          moments.run(new INDArray[] {x}, mean, variance);
          INDArray undefined = scratch.scratch(signature.dtype(), 0, channels);
          arithmetic.subtract(mean, mean, undefined);
          arithmetic.add(variance, undefined, variance);
          normalise.run(
              new INDArray[] {x, mean, variance, in[1].array(), in[2].array()}, out[0].array());
          activate(op.activation(), out[0]);
        });
  }

  static Prepared inference(BatchNormInference op, Signature signature) {
    if (op.activation() instanceof Activation.Tanh) {
      return Nd4jActivate.NO_TANH;
    }
    Nd4jOperation normalise = normalise(op.epsilon());
    return signature.kernel(
        (in, out, scratch) -> {
          normalise.run(
              new INDArray[] {
                in[0].array(), in[3].array(), in[4].array(), in[1].array(), in[2].array()
              },
              out[0].array());
          activate(op.activation(), out[0]);
        });
  }

  private static Nd4jOperation normalise(double epsilon) {
    return Nd4jOperation.of("batchnorm", new double[] {epsilon}, 1, 1, CHANNELS);
  }

  private static void activate(Activation activation, Nd4jBuffer y) {
    if (!activation.equals(Activation.NONE)) {
      Nd4jActivate.apply(activation, y.flat(), y.flat());
    }
  }

  /** The gradients of mean and variance are part of dx; ND4J gives zeros for them. */
  static Prepared backward(BatchNormBackward op, Signature signature) {
    if (!op.activation().equals(Activation.NONE)) {
      return new Declined("ND4J's gradient of batch norm has no activation");
    }
    if (signature.dtype() != DType.FLOAT32) {
      return new Declined("ND4J's gradient of batch norm works in single precision alone");
    }
    Nd4jOperation gradient =
        Nd4jOperation.of("batchnorm_bp", new double[] {op.epsilon()}, 1, 1, CHANNELS);
    long channels = signature.shape(3).size();
    return new Nd4jKernel(
        signature.thread(),
        signature.bytes(2 * channels),
        (in, out, scratch) -> {
          INDArray gamma = in[3].array();
          INDArray[] inputs = {
            in[1].array(), in[4].array(), in[5].array(), gamma, gamma, in[0].array()
          };
          INDArray dmean = scratch.scratch(signature.dtype(), 0, channels);
          INDArray dvariance =
              scratch.scratch(signature.dtype(), signature.bytes(channels), channels);
          gradient.run(inputs, out[0].array(), dmean, dvariance, out[1].array(), out[2].array());
        },
        RESULT_AND_WORKSPACE);
  }

  static Prepared runningStatistics(RunningStatistics op, Signature signature) {
    Arithmetic arithmetic = new Arithmetic();
    double m = op.momentum();
    double unbiased = m * (op.count() / (op.count() - 1.0));
    long channels = signature.size();
    return signature.kernel(
        signature.bytes(channels),
        (in, out, scratch) -> {
          INDArray share = scratch.scratch(signature.dtype(), 0, channels);
          arithmetic.multiply(in[2].flat(), m, share);
          arithmetic.multiply(in[0].flat(), 1 - m, out[0].flat());
          arithmetic.add(out[0].flat(), share, out[0].flat());
          arithmetic.multiply(in[3].flat(), unbiased, share);
          arithmetic.multiply(in[1].flat(), 1 - m, out[1].flat());
          arithmetic.add(out[1].flat(), share, out[1].flat());
        });
  }

  private static long[] overChannel(Shape x) {
    return x.rank() == 4 ? new long[] {0, 2, 3} : new long[] {0};
  }
}
