package dev.cambium.cpu;

import dev.cambium.op.SgdUpdate;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** {@link SgdUpdate}. */
final class CpuSgdUpdate extends CpuParameterUpdate {
  private final float momentum;
  private final boolean nesterov;

  CpuSgdUpdate(CpuPlatform platform, SgdUpdate op, List<ValueType> inputs) {
    super(platform, op, inputs);
    this.momentum = (float) op.momentum();
    this.nesterov = op.nesterov();
  }

  @Override
  void update(Parameter parameter, UpdateBlock block, int n) {
    if (parameter.slots.length == 0) {
      plain(parameter, block, n);
    } else if (nesterov) {
      nesterov(parameter, block, n, momentum);
    } else {
      momentum(parameter, block, n, momentum);
    }
  }

  private static void plain(Parameter parameter, UpdateBlock block, int n) {
    float[] p = block.p;
    float[] g = block.g;
    float scale = parameter.gradientScale;
    float decay = parameter.decay;
    float kept = parameter.kept;
    float rate = (float) parameter.rate;
    for (int i = 0; i < n; i++) {
      p[i] = kept * p[i] - rate * (scale * g[i] + decay * p[i]);
    }
  }

  private static void momentum(Parameter parameter, UpdateBlock block, int n, float momentum) {
    float[] p = block.p;
    float[] g = block.g;
    float[] v = block.s0;
    float scale = parameter.gradientScale;
    float decay = parameter.decay;
    float kept = parameter.kept;
    float rate = (float) parameter.rate;
    for (int i = 0; i < n; i++) {
      float velocity = momentum * v[i] + (scale * g[i] + decay * p[i]);
      v[i] = velocity;
      p[i] = kept * p[i] - rate * velocity;
    }
  }

  private static void nesterov(Parameter parameter, UpdateBlock block, int n, float momentum) {
    float[] p = block.p;
    float[] g = block.g;
    float[] v = block.s0;
    float scale = parameter.gradientScale;
    float decay = parameter.decay;
    float kept = parameter.kept;
    float rate = (float) parameter.rate;
    for (int i = 0; i < n; i++) {
      float gradient = scale * g[i] + decay * p[i];
      float velocity = momentum * v[i] + gradient;
      v[i] = velocity;
      p[i] = kept * p[i] - rate * (gradient + momentum * velocity);
    }
  }
}
