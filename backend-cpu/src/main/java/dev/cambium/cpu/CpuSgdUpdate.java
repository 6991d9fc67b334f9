package dev.cambium.cpu;

import dev.cambium.op.SgdUpdate;
import dev.cambium.tensor.ValueType;
import java.nio.FloatBuffer;
import java.util.List;

/** {@link SgdUpdate}: straight over native memory, which is as fast as memory is. */
final class CpuSgdUpdate extends CpuParameterUpdate {
  private final float momentum;
  private final boolean nesterov;

  CpuSgdUpdate(CpuPlatform platform, SgdUpdate op, List<ValueType> inputs) {
    super(platform, op, inputs);
    this.momentum = (float) op.momentum();
    this.nesterov = op.nesterov();
  }

  @Override
  void update(Parameter parameter, int from, int to) {
    if (parameter.slots.length == 0) {
      plain(parameter, from, to);
    } else if (nesterov) {
      nesterov(parameter, momentum, from, to);
    } else {
      momentum(parameter, momentum, from, to);
    }
  }

  private static void plain(Parameter parameter, int from, int to) {
    FloatBuffer p = parameter.p;
    FloatBuffer g = parameter.g;
    FloatBuffer nextP = parameter.nextP;
    float scale = parameter.gradientScale;
    float decay = parameter.decay;
    float kept = parameter.kept;
    float rate = (float) parameter.rate;
    for (int i = from; i < to; i++) {
      float value = p.get(i);
      nextP.put(i, kept * value - rate * (scale * g.get(i) + decay * value));
    }
  }

  private static void momentum(Parameter parameter, float momentum, int from, int to) {
    FloatBuffer p = parameter.p;
    FloatBuffer g = parameter.g;
    FloatBuffer v = parameter.slots[0];
    FloatBuffer nextP = parameter.nextP;
    FloatBuffer nextV = parameter.nextSlots[0];
    float scale = parameter.gradientScale;
    float decay = parameter.decay;
    float kept = parameter.kept;
    float rate = (float) parameter.rate;
    for (int i = from; i < to; i++) {
      float value = p.get(i);
      float velocity = momentum * v.get(i) + (scale * g.get(i) + decay * value);
      nextV.put(i, velocity);
      nextP.put(i, kept * value - rate * velocity);
    }
  }

  private static void nesterov(Parameter parameter, float momentum, int from, int to) {
    FloatBuffer p = parameter.p;
    FloatBuffer g = parameter.g;
    FloatBuffer v = parameter.slots[0];
    FloatBuffer nextP = parameter.nextP;
    FloatBuffer nextV = parameter.nextSlots[0];
    float scale = parameter.gradientScale;
    float decay = parameter.decay;
    float kept = parameter.kept;
    float rate = (float) parameter.rate;
    for (int i = from; i < to; i++) {
      float value = p.get(i);
      float gradient = scale * g.get(i) + decay * value;
      float velocity = momentum * v.get(i) + gradient;
      nextV.put(i, velocity);
      nextP.put(i, kept * value - rate * (gradient + momentum * velocity));
    }
  }
}
