package dev.cambium.nd4j;

import dev.cambium.op.MaxPooling;
import dev.cambium.op.MaxPoolingBackward;
import dev.cambium.op.Window2d;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@link MaxPooling} by ND4J's maxpool2d. Its cache stays empty: the gradient chooses again. */
final class Nd4jMaxPooling {
  private static final int CACHE = 2;

  /**
   * Above what ND4J's search begins with, which it gives for a window of nothing but smaller values
   * or -infinity: a little above the smallest finite FLOAT32.
   */
  private static final double SUSPICIOUS = -3.402e38;

  private Nd4jMaxPooling() {}

  static Prepared forward(MaxPooling op, Signature signature) {
    Nd4jOperation pooling = Nd4jOperation.of("maxpool2d", PoolingArguments.of(op.window(), 0));
    Nd4jOperation minimum = Nd4jOperation.of("reduce_min");
    Nd4jOperation maximum = Nd4jOperation.of("maximum");
    return signature.kernel(
        signature.bytes(1),
        (in, out, scratch) -> {
          pooling.run(in[0].array(), out[0].array());
          minimum.run(out[0].flat(), scratch.scratch(signature.dtype(), 0));
          if (scratch.number(signature.dtype()) < SUSPICIOUS) {
            byTaps(op.window(), maximum, in[0], out[0]);
          }
        });
  }

  /**
   * The maximum over the taps of the window, one after the other; slow, and right for every value.
   */
  private static void byTaps(Window2d window, Nd4jOperation maximum, Nd4jBuffer x, Nd4jBuffer y) {
    Shape from = x.tensorType().shape();
    Shape to = y.tensorType().shape();
    long planes = (long) from.dim(0) * from.dim(1);
    Arithmetic.set(y.flat(), Double.NEGATIVE_INFINITY);
    for (int p = 0; p < window.kernel().height(); p++) {
      Placement.Axis rows =
          new Placement.Axis(p - window.padding().top(), window.stride().height(), from.dim(2));
      for (int q = 0; q < window.kernel().width(); q++) {
        Placement.Axis columns =
            new Placement.Axis(q - window.padding().left(), window.stride().width(), from.dim(3));
        Placement positions = new Placement(planes, to.dim(2), to.dim(3), rows, columns);
        if (!positions.isEmpty()) {
          INDArray best = positions.placed(y);
          maximum.run(positions.places(x), best, best);
        }
      }
    }
  }

  static Prepared backward(MaxPoolingBackward op, Signature signature) {
    Nd4jOperation pooling = Nd4jOperation.of("maxpool2d_bp", PoolingArguments.of(op.window(), 0));
    return new Nd4jKernel(
        signature.thread(),
        0,
        (in, out, scratch) -> pooling.run(in[1].array(), in[0].array(), out[0].array()),
        CACHE);
  }
}
