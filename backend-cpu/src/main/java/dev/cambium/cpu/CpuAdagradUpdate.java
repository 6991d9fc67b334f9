package dev.cambium.cpu;

import dev.cambium.op.AdagradUpdate;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** {@link AdagradUpdate}. */
final class CpuAdagradUpdate extends CpuParameterUpdate {
  private final float epsilon;

  CpuAdagradUpdate(CpuPlatform platform, AdagradUpdate op, List<ValueType> inputs) {
    super(platform, op, inputs);
    this.epsilon = (float) op.epsilon();
  }

  @Override
  void update(Parameter parameter, UpdateBlock block, int n) {
    update(parameter, block, n, epsilon);
  }

  private static void update(Parameter parameter, UpdateBlock block, int n, float epsilon) {
    float[] p = block.p;
    float[] g = block.g;
    float[] s = block.s0;
    float scale = parameter.gradientScale;
    float decay = parameter.decay;
    float kept = parameter.kept;
    float rate = (float) parameter.rate;
    for (int i = 0; i < n; i++) {
      float gradient = scale * g[i] + decay * p[i];
      float squares = s[i] + gradient * gradient;
      s[i] = squares;
      p[i] = kept * p[i] - rate * gradient / ((float) Math.sqrt(squares) + epsilon);
    }
  }
}
