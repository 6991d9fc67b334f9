package dev.cambium.cpu;

import dev.cambium.op.ParameterUpdate;
import dev.cambium.op.UpdateOptions;
import dev.cambium.spi.Buffer;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * One pass over all parameters of an optimiser: they are cut into pieces, the pieces are shared out
 * to the threads, and each is updated block by block. Each element depends on the same element of
 * the inputs only, so that outputs may lie in the inputs' memory.
 */
abstract class CpuParameterUpdate extends CpuLoop {
  /** Elements per piece. */
  static final int PIECE = 16_384;

  private final Pieces pieces;
  private final Parameter[] parameters;
  private final Workspaces<UpdateBlock> blocks;

  CpuParameterUpdate(CpuPlatform platform, ParameterUpdate op, List<ValueType> inputs) {
    this(platform, op, pieces(op, inputs));
  }

  private CpuParameterUpdate(CpuPlatform platform, ParameterUpdate op, Pieces pieces) {
    super(platform, pieces.count(), 1);
    this.pieces = pieces;
    this.blocks = new Workspaces<>(platform, UpdateBlock::new);
    this.parameters = new Parameter[op.parameters()];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = new Parameter(op, i);
    }
  }

  private static Pieces pieces(ParameterUpdate op, List<ValueType> inputs) {
    List<ValueType> values = inputs.subList(op.parameterInput(0), op.gradientInput(0));
    return new Pieces(values.stream().map(type -> ((TensorType) type).shape()).toList(), PIECE);
  }

  @Override
  final void begin(Buffer[] inputs, Buffer[] outputs) {
    float lr = scalar(inputs[0]);
    float gradientScale = scalar(inputs[1]);
    for (Parameter parameter : parameters) {
      parameter.bind(inputs, outputs);
      parameter.scale(lr, gradientScale);
    }
    scalars(inputs);
  }

  /** The value of a rank-0 input. */
  static float scalar(Buffer buffer) {
    return CpuBuffer.of(buffer).floats().get(0);
  }

  /** Keeps the further scalars of the optimiser. */
  void scalars(Buffer[] inputs) {}

  @Override
  public final void run(int chunk, long from, long to) {
    UpdateBlock block = blocks.take();
    try {
      for (int piece = (int) from; piece < to; piece++) {
        update(parameters[pieces.tensor(piece)], block, pieces.from(piece), pieces.to(piece));
      }
    } finally {
      blocks.give(block);
    }
  }

  private void update(Parameter parameter, UpdateBlock block, int from, int to) {
    for (int at = from; at < to; at += UpdateBlock.SIZE) {
      int n = Math.min(UpdateBlock.SIZE, to - at);
      block.load(parameter, at, n);
      update(parameter, block, n);
      block.store(parameter, at, n);
    }
  }

  /** Replaces the first {@code n} elements of p and of the slots in the block. */
  abstract void update(Parameter parameter, UpdateBlock block, int n);

  /** Where a parameter and its slots lie in this run, and its coefficients. */
  static final class Parameter {
    private final int index;
    private final int input;
    private final int gradientInput;
    private final int[] slotInputs;
    private final int[] slotOutputs;
    private final UpdateOptions options;

    final FloatBuffer[] slots;
    final FloatBuffer[] nextSlots;
    FloatBuffer p;
    FloatBuffer g;
    FloatBuffer nextP;

    /** Multiplies g. */
    float gradientScale;

    /** Multiplies p, to be added to g: coupled weight decay. */
    float decay;

    /** Multiplies p before the step: decoupled weight decay. */
    float kept;

    /** lr * learningRateFactor. */
    double rate;

    private Parameter(ParameterUpdate op, int index) {
      this.index = index;
      this.input = op.parameterInput(index);
      this.gradientInput = op.gradientInput(index);
      this.options = op.options().get(index);
      int count = op.slots().size();
      this.slots = new FloatBuffer[count];
      this.nextSlots = new FloatBuffer[count];
      this.slotInputs = new int[count];
      this.slotOutputs = new int[count];
      for (int slot = 0; slot < count; slot++) {
        slotInputs[slot] = op.slotInput(slot, index);
        slotOutputs[slot] = op.slotOutput(slot, index);
      }
    }

    private void bind(Buffer[] inputs, Buffer[] outputs) {
      p = CpuBuffer.of(inputs[input]).floats();
      g = CpuBuffer.of(inputs[gradientInput]).floats();
      nextP = CpuBuffer.of(outputs[index]).floats();
      for (int slot = 0; slot < slots.length; slot++) {
        slots[slot] = CpuBuffer.of(inputs[slotInputs[slot]]).floats();
        nextSlots[slot] = CpuBuffer.of(outputs[slotOutputs[slot]]).floats();
      }
    }

    private void scale(float lr, float gradientScale) {
      this.rate = lr * options.learningRateFactor();
      this.gradientScale = gradientScale;
      this.decay = options.decoupled() ? 0 : (float) options.weightDecay();
      this.kept = options.decoupled() ? (float) (1 - rate * options.weightDecay()) : 1;
    }
  }
}
