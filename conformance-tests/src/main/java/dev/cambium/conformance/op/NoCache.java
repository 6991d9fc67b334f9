package dev.cambium.conformance.op;

import dev.cambium.op.HostFunction;
import dev.cambium.op.Op;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Optional;

/**
 * Gives a cache in which nothing is, and which is no kernel's own: what a backward operation meets
 * when its forward operation ran on the host. No backend has a kernel for it. It has no inputs and
 * one output.
 */
record NoCache() implements Op {
  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    if (!inputs.isEmpty()) {
      throw new IllegalArgumentException("NoCache expects no inputs, got " + inputs);
    }
    return List.of(Opaque.NONE);
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of((inputs, outputs) -> {});
  }
}
