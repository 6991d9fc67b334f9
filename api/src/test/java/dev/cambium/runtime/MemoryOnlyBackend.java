package dev.cambium.runtime;

import dev.cambium.op.Op;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Declined;
import dev.cambium.spi.ForwardingBackend;
import dev.cambium.spi.Prepared;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** A backend with memory alone: everything is lowered or runs on the host. */
final class MemoryOnlyBackend extends ForwardingBackend {
  MemoryOnlyBackend() {
    super(new ReferenceProvider().open(BackendConfig.defaults()));
  }

  @Override
  public String name() {
    return "memory-only";
  }

  @Override
  public Prepared prepare(Op op, List<ValueType> inputs) {
    return new Declined("memory only");
  }
}
