package dev.cambium.cpu;

import java.nio.FloatBuffer;

/** A stretch of one parameter with its gradient and slots, in arrays: see {@link Block}. */
final class UpdateBlock {
  /** Elements per stretch. */
  static final int SIZE = Block.SIZE;

  /** The parameter. */
  final float[] p = new float[SIZE];

  /** The gradient. */
  final float[] g = new float[SIZE];

  /** The first slot. */
  final float[] s0 = new float[SIZE];

  /** The second slot. */
  final float[] s1 = new float[SIZE];

  /** Copies {@code n} elements from index {@code at}. */
  void load(CpuParameterUpdate.Parameter parameter, int at, int n) {
    parameter.p.get(at, p, 0, n);
    parameter.g.get(at, g, 0, n);
    for (int s = 0; s < parameter.slots.length; s++) {
      parameter.slots[s].get(at, s == 0 ? s0 : s1, 0, n);
    }
  }

  /** Copies the new parameter and slots back. */
  void store(CpuParameterUpdate.Parameter parameter, int at, int n) {
    parameter.nextP.put(at, p, 0, n);
    FloatBuffer[] next = parameter.nextSlots;
    for (int s = 0; s < next.length; s++) {
      next[s].put(at, s == 0 ? s0 : s1, 0, n);
    }
  }
}
