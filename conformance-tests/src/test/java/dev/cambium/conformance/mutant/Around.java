package dev.cambium.conformance.mutant;

import static dev.cambium.conformance.mutant.Altered.right;

import dev.cambium.conformance.fixture.MutantBackend;
import dev.cambium.op.Op;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** A backend with right kernels, around some of which something goes wrong. */
abstract class Around extends MutantBackend {
  private final Class<? extends Op> broken;

  Around(BackendConfig config, Class<? extends Op> broken) {
    super(NONE, config);
    this.broken = broken;
  }

  @Override
  public Prepared prepare(Op op, List<ValueType> inputs) {
    Kernel right = (Kernel) super.prepare(op, inputs);
    return broken.isInstance(op) ? around(op, inputs, right) : right;
  }

  abstract Kernel around(Op op, List<ValueType> inputs, Kernel right);
}
