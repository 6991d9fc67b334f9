package dev.cambium.nd4j;

import dev.cambium.op.AveragePooling;
import dev.cambium.op.AveragePoolingBackward;
import dev.cambium.spi.Prepared;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@link AveragePooling} and its gradient by ND4J's avgpool2d. */
final class Nd4jAveragePooling {
  private Nd4jAveragePooling() {}

  static Prepared forward(AveragePooling op, Signature signature) {
    int divisor = op.countPadding() ? 1 : 0;
    Nd4jOperation pooling =
        Nd4jOperation.of("avgpool2d", PoolingArguments.of(op.window(), divisor));
    return signature.kernel((in, out, scratch) -> pooling.run(in[0].array(), out[0].array()));
  }

  /** ND4J asks for x, too, and reads nothing but its shape: dx stands in for it. */
  static Prepared backward(AveragePoolingBackward op, Signature signature) {
    int divisor = op.countPadding() ? 1 : 0;
    Nd4jOperation pooling =
        Nd4jOperation.of("avgpool2d_bp", PoolingArguments.of(op.window(), divisor));
    return signature.kernel(
        (in, out, scratch) -> {
          INDArray dx = out[0].array();
          pooling.run(dx, in[0].array(), dx);
        });
  }
}
