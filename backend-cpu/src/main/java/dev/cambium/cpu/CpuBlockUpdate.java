package dev.cambium.cpu;

import dev.cambium.op.ParameterUpdate;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** An update whose arithmetic is worth copying blocks of memory to arrays and back. */
abstract class CpuBlockUpdate extends CpuParameterUpdate {
  private final Workspaces<UpdateBlock> blocks;

  CpuBlockUpdate(CpuPlatform platform, ParameterUpdate op, List<ValueType> inputs) {
    super(platform, op, inputs);
    blocks = new Workspaces<>(platform, UpdateBlock::new);
  }

  @Override
  final void update(Parameter parameter, int from, int to) {
    UpdateBlock block = blocks.take();
    try {
      for (int at = from; at < to; at += UpdateBlock.SIZE) {
        int n = Math.min(UpdateBlock.SIZE, to - at);
        block.load(parameter, at, n);
        update(parameter, block, n);
        block.store(parameter, at, n);
      }
    } finally {
      blocks.give(block);
    }
  }

  /** Replaces the first {@code n} elements of p and of the slots. */
  abstract void update(Parameter parameter, UpdateBlock block, int n);
}
