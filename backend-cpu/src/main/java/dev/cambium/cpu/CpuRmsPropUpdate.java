package dev.cambium.cpu;

import dev.cambium.op.RmsPropUpdate;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** {@link RmsPropUpdate}. */
final class CpuRmsPropUpdate extends CpuParameterUpdate {
  private final RmsPropUpdate op;

  CpuRmsPropUpdate(CpuPlatform platform, RmsPropUpdate op, List<ValueType> inputs) {
    super(platform, op, inputs);
    this.op = op;
  }

  @Override
  void update(Parameter parameter, UpdateBlock block, int n) {
    normalise(parameter, block, n, op);
    float[] step = block.g;
    if (op.momentum() > 0) {
      accumulate(block.s1, step, n, (float) op.momentum());
      step = block.s1;
    }
    move(block.p, step, n, parameter.kept, (float) parameter.rate);
  }

  /** Replaces s, and the gradient by g' / (sqrt(s) + epsilon). */
  private static void normalise(Parameter parameter, UpdateBlock block, int n, RmsPropUpdate op) {
    float[] p = block.p;
    float[] g = block.g;
    float[] s = block.s0;
    float scale = parameter.gradientScale;
    float decay = parameter.decay;
    float alpha = (float) op.alpha();
    float rest = (float) (1 - op.alpha());
    float epsilon = (float) op.epsilon();
    for (int i = 0; i < n; i++) {
      float gradient = scale * g[i] + decay * p[i];
      float square = alpha * s[i] + rest * (gradient * gradient);
      s[i] = square;
      g[i] = gradient / ((float) Math.sqrt(square) + epsilon);
    }
  }

  private static void accumulate(float[] b, float[] step, int n, float momentum) {
    for (int i = 0; i < n; i++) {
      b[i] = momentum * b[i] + step[i];
    }
  }

  private static void move(float[] p, float[] step, int n, float kept, float rate) {
    for (int i = 0; i < n; i++) {
      p[i] = kept * p[i] - rate * step[i];
    }
  }
}
