package dev.cambium.nd4j;

import dev.cambium.op.MaxPooling;
import dev.cambium.op.MaxPoolingBackward;
import dev.cambium.spi.Prepared;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@link MaxPooling} by ND4J's maxpool2d. Its cache stays empty: the gradient chooses again. */
final class Nd4jMaxPooling {
  private static final int CACHE = 2;

  private Nd4jMaxPooling() {}

  static Prepared forward(MaxPooling op, Signature signature) {
    Nd4jOperation pooling = Nd4jOperation.of("maxpool2d", PoolingArguments.of(op.window(), 0));
    return signature.kernel((in, out, scratch) -> pooling.run(in[0].array(), out[0].array()));
  }

  static Prepared backward(MaxPoolingBackward op, Signature signature) {
    Nd4jOperation pooling = Nd4jOperation.of("maxpool2d_bp", PoolingArguments.of(op.window(), 0));
    return new Nd4jKernel(
        signature.thread(),
        0,
        (in, out, scratch) -> {
          INDArray dy = in[0].array();
          pooling.run(in[1].array(), dy, out[0].array());
        },
        CACHE);
  }
}
