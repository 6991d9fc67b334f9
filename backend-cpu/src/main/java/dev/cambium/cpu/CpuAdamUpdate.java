package dev.cambium.cpu;

import dev.cambium.op.AdamUpdate;
import dev.cambium.spi.Buffer;
import dev.cambium.tensor.ValueType;
import java.util.List;

/**
 * {@link AdamUpdate}. The corrections go into the two coefficients that they belong to, once per
 * run, so that an element costs one division and one square root.
 */
final class CpuAdamUpdate extends CpuParameterUpdate {
  private final AdamUpdate op;
  private double correction1;
  private double correction2;

  CpuAdamUpdate(CpuPlatform platform, AdamUpdate op, List<ValueType> inputs) {
    super(platform, op, inputs);
    this.op = op;
  }

  @Override
  void scalars(Buffer[] inputs) {
    correction1 = scalar(inputs[2]);
    correction2 = scalar(inputs[3]);
  }

  @Override
  void update(Parameter parameter, UpdateBlock block, int n) {
    float rate = (float) (parameter.rate / correction1);
    float root = (float) (1 / Math.sqrt(correction2));
    update(parameter, block, n, op, rate, root);
  }

  private static void update(
      Parameter parameter, UpdateBlock block, int n, AdamUpdate op, float rate, float root) {
    float[] p = block.p;
    float[] g = block.g;
    float[] m = block.s0;
    float[] v = block.s1;
    float scale = parameter.gradientScale;
    float decay = parameter.decay;
    float kept = parameter.kept;
    float beta1 = (float) op.beta1();
    float rest1 = (float) (1 - op.beta1());
    float beta2 = (float) op.beta2();
    float rest2 = (float) (1 - op.beta2());
    float epsilon = (float) op.epsilon();
    for (int i = 0; i < n; i++) {
      float gradient = scale * g[i] + decay * p[i];
      float mean = beta1 * m[i] + rest1 * gradient;
      float square = beta2 * v[i] + rest2 * (gradient * gradient);
      m[i] = mean;
      v[i] = square;
      p[i] = kept * p[i] - rate * mean / ((float) Math.sqrt(square) * root + epsilon);
    }
  }
}
