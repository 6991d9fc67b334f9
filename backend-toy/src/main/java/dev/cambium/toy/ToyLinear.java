package dev.cambium.toy;

import dev.cambium.op.Activation;
import dev.cambium.op.Linear;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.ByteBuffer;
import java.util.List;

/** {@link Linear} in FLOAT32: y[n, o] = activation(sum over k of x[n, k] w[o, k] + b[o]). */
record ToyLinear(int batch, int features, int units, boolean bias, Activation activation)
    implements Kernel {
  static Prepared prepare(Linear op, List<ValueType> inputs) {
    TensorType x = (TensorType) inputs.get(0);
    TensorType w = (TensorType) inputs.get(1);
    if (x.dtype() != DType.FLOAT32) {
      return new Declined("FLOAT32 only, got " + x.dtype());
    }
    int batch = x.shape().dim(0);
    int units = w.shape().dim(0);
    int features = w.shape().dim(1);
    return new ToyLinear(batch, features, units, op.bias(), op.activation());
  }

  @Override
  public void run(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
    for (int n = 0; n < batch; n++) {
      for (int o = 0; o < units; o++) {
        float sum = dot((ToyBuffer) inputs[0], n, (ToyBuffer) inputs[1], o);
        if (bias) {
          ToyBuffer b = (ToyBuffer) inputs[2];
          sum += b.memory().data().getFloat(b.offset() + Float.BYTES * o);
        }
        ToyBuffer y = (ToyBuffer) outputs[0];
        int at = y.offset() + Float.BYTES * (n * units + o);
        y.memory().data().putFloat(at, (float) activation.apply(sum));
      }
    }
  }

  /** The sum over a row of {@code x} and one of {@code w}. */
  private float dot(ToyBuffer x, int n, ToyBuffer w, int o) {
    ByteBuffer a = x.memory().data();
    ByteBuffer b = w.memory().data();
    int aRow = x.offset() + Float.BYTES * n * features;
    int bRow = w.offset() + Float.BYTES * o * features;
    float sum = 0;
    for (int k = 0; k < features; k++) {
      sum += a.getFloat(aRow + Float.BYTES * k) * b.getFloat(bRow + Float.BYTES * k);
    }
    return sum;
  }
}
