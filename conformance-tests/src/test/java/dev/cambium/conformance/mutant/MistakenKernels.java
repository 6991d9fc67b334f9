package dev.cambium.conformance.mutant;

import dev.cambium.conformance.fixture.MutantBackend;
import dev.cambium.op.HostFunction;
import dev.cambium.op.Op;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.function.Function;

/** A backend whose kernels are made by a function, except those for FLOAT64, which are right. */
final class MistakenKernels extends MutantBackend {
  private final Function<Op, HostFunction> wrong;

  MistakenKernels(BackendConfig config, Function<Op, HostFunction> wrong) {
    super(NONE, config);
    this.wrong = wrong;
  }

  @Override
  public Prepared prepare(Op op, List<ValueType> inputs) {
    op.infer(inputs);
    boolean right =
        inputs.stream()
            .anyMatch(type -> type instanceof TensorType t && t.dtype() == DType.FLOAT64);
    return right ? super.prepare(op, inputs) : kernel(wrong.apply(op));
  }
}
