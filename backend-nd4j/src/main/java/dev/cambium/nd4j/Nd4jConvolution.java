package dev.cambium.nd4j;

import dev.cambium.op.Activation;
import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@link Convolution} and its gradients, image by image: patches and a product of matrices. ND4J's
 * conv2d does the same inside, but knows neither groups nor asymmetric padding, its gradient gives
 * all results or none, and both take several times as long.
 */
final class Nd4jConvolution {
  private Nd4jConvolution() {}

  static Prepared forward(Convolution op, Signature signature) {
    if (op.activation() instanceof Activation.Tanh) {
      return Nd4jActivate.NO_TANH;
    }
    if (signature.shape(1).size() == 0) {
      return new Declined("ND4J has no convolution without channels");
    }
    Shape x = signature.shape(0);
    Patches patches =
        new Patches(op.geometry(), x, signature.shape(1), signature.output(0).shape());
    Nd4jOperation product = Nd4jMatMul.product(false, false, op.bias());
    return signature.kernel(
        signature.bytes(patches.size()),
        (in, out, scratch) -> {
          INDArray matrices = scratch.scratch(signature.dtype(), 0, patches.matrices());
          if (op.bias()) {
            Nd4jMatMul.spread(in[2], out[0].array());
          }
          for (int n = 0; n < x.dim(0); n++) {
            patches.gather(in[0], n, matrices);
            product.run(patches.filters(in[1]), matrices, patches.results(out[0], n));
          }
          if (!op.activation().equals(Activation.NONE)) {
            Nd4jActivate.apply(op.activation(), out[0].flat(), out[0].flat());
          }
        });
  }

  static Prepared backwardData(ConvolutionBackwardData op, Signature signature) {
    if (signature.shape(0).size() == 0) {
      return Nd4jRearrangements.zeros(signature);
    }
    Shape dx = signature.output(0).shape();
    Patches patches = new Patches(op.geometry(), dx, signature.shape(1), signature.shape(0));
    Nd4jOperation product = Nd4jMatMul.product(true, false, false);
    return signature.kernel(
        signature.bytes(patches.size()),
        (in, out, scratch) -> {
          INDArray matrices = scratch.scratch(signature.dtype(), 0, patches.matrices());
          for (int n = 0; n < dx.dim(0); n++) {
            product.run(patches.filters(in[1]), patches.results(in[0], n), matrices);
            patches.scatter(matrices, out[0], n);
          }
        });
  }

  static Prepared backwardWeights(ConvolutionBackwardWeights op, Signature signature) {
    if (signature.shape(0).size() == 0 || signature.shape(1).size() == 0) {
      return Nd4jRearrangements.zeros(signature);
    }
    Shape x = signature.shape(0);
    Patches patches =
        new Patches(op.geometry(), x, signature.output(0).shape(), signature.shape(1));
    Nd4jOperation first = Nd4jMatMul.product(false, true, false);
    Nd4jOperation further = Nd4jMatMul.product(false, true, true);
    Nd4jOperation sum = Nd4jOperation.of("reduce_sum", 0, 2, 3);
    return signature.kernel(
        signature.bytes(patches.size()),
        (in, out, scratch) -> {
          INDArray matrices = scratch.scratch(signature.dtype(), 0, patches.matrices());
          for (int n = 0; n < x.dim(0); n++) {
            patches.gather(in[0], n, matrices);
            Nd4jOperation product = n == 0 ? first : further;
            product.run(patches.results(in[1], n), matrices, patches.filters(out[0]));
          }
          if (op.bias()) {
            sum.run(in[1].array(), out[1].array());
          }
        });
  }
}
