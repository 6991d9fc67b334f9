package dev.cambium.nd4j;

import dev.cambium.op.Activation;
import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@link Convolution} and its gradients as products of matrices, some images at a time. ND4J's
 * conv2d knows neither groups nor asymmetric padding, its gradient gives all results or none, and
 * both take several times as long.
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
    Shape w = signature.shape(1);
    Patches patches =
        Patches.ofImages(
            signature.dtype(), op.geometry(), signature.shape(0), w, signature.output(0).shape());
    ChannelMajor results = new ChannelMajor(signature.dtype(), patches, w.dim(0));
    long[] filters = patches.perGroup(w.dim(0) / op.geometry().groups(), patches.rows());
    Nd4jOperation product = Nd4jMatMul.product(false, false, op.bias());
    return signature.kernel(
        results.scratchBytes(),
        (in, out, scratch) -> {
          patches.begin(scratch);
          for (long n = 0; n < patches.images(); n += patches.chunk()) {
            long count = Math.min(patches.chunk(), patches.images() - n);
            INDArray y = results.target(out[0], n, count, scratch);
            if (op.bias()) {
              results.spread(in[2], y);
            }
            INDArray matrices = patches.gather(in[0], n, count, scratch);
            product.run(in[1].view(filters), matrices, y);
            results.keep(out[0], n, count, scratch);
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
    DType dtype = signature.dtype();
    Shape w = signature.shape(1);
    int groups = op.geometry().groups();
    Patches patches =
        Patches.ofGradients(
            dtype, op.geometry(), signature.shape(0), w, signature.output(0).shape());
    ChannelMajor results = new ChannelMajor(dtype, patches, w.dim(1) * groups);
    long[] filters = patches.perGroup(w.dim(1), patches.rows());
    ScatteredGradient scattered =
        new ScatteredGradient(
            dtype, op.geometry(), signature.shape(0), w, signature.output(0).shape());
    Nd4jOperation product = Nd4jMatMul.product(false, false, false);
    Nd4jOperation sum = Nd4jOperation.of("reduce_sum");
    long turned = results.scratchBytes();
    return signature.kernel(
        Math.max(turned + signature.bytes(w.size()), scattered.scratchBytes()),
        (in, out, scratch) -> {
          sum.run(in[1].flat(), scratch.scratch(dtype, 0));
          if (!Double.isFinite(scratch.number(dtype))) {
            scattered.run(in[0], in[1], out[0], scratch);
            return;
          }
          patches.begin(scratch);
          turnAround(in[1], w, groups, scratch, turned / dtype.bytes(), dtype);
          INDArray weights =
              scratch.scratch(dtype, turned / dtype.bytes(), filters, Nd4jTypes.rowMajor(filters));
          for (long n = 0; n < patches.images(); n += patches.chunk()) {
            long count = Math.min(patches.chunk(), patches.images() - n);
            INDArray dx = results.target(out[0], n, count, scratch);
            product.run(weights, patches.gather(in[0], n, count, scratch), dx);
            results.keep(out[0], n, count, scratch);
          }
        });
  }

  /** From [groups, O/groups, C/groups, kH, kW] to [groups, C/groups, O/groups, -kH, -kW]. */
  private static void turnAround(
      Nd4jBuffer w, Shape shape, long groups, Nd4jBuffer scratch, long first, DType dtype) {
    long outputs = shape.dim(0) / groups;
    long inputs = shape.dim(1);
    long taps = (long) shape.dim(2) * shape.dim(3);
    long[] plane = {groups, inputs, outputs};
    long[] from = {outputs * inputs * taps, taps, inputs * taps};
    long[] to = {outputs * inputs * taps, outputs * taps, taps};
    for (long tap = 0; tap < taps; tap++) {
      Arithmetic.assign(
          w.view(tap, plane, from), scratch.scratch(dtype, first + taps - 1 - tap, plane, to));
    }
  }

  static Prepared backwardWeights(ConvolutionBackwardWeights op, Signature signature) {
    if (signature.shape(0).size() == 0 || signature.shape(1).size() == 0) {
      return Nd4jRearrangements.zeros(signature);
    }
    Shape dw = signature.output(0).shape();
    Patches patches =
        Patches.ofImages(
            signature.dtype(), op.geometry(), signature.shape(0), dw, signature.shape(1));
    ChannelMajor gradients = new ChannelMajor(signature.dtype(), patches, dw.dim(0));
    long[] filters = patches.perGroup(dw.dim(0) / op.geometry().groups(), patches.rows());
    Nd4jOperation first = Nd4jMatMul.product(false, true, false);
    Nd4jOperation further = Nd4jMatMul.product(false, true, true);
    Nd4jOperation sum = Nd4jOperation.of("reduce_sum", 0, 2, 3);
    return signature.kernel(
        gradients.scratchBytes(),
        (in, out, scratch) -> {
          patches.begin(scratch);
          for (long n = 0; n < patches.images(); n += patches.chunk()) {
            long count = Math.min(patches.chunk(), patches.images() - n);
            INDArray dy = gradients.source(in[1], n, count, scratch);
            Nd4jOperation product = n == 0 ? first : further;
            product.run(dy, patches.gather(in[0], n, count, scratch), out[0].view(filters));
          }
          if (op.bias()) {
            sum.run(in[1].array(), out[1].array());
          }
        });
  }
}
