package dev.cambium.conformance.mutant;

import dev.cambium.conformance.fixture.MemoryOnlyBackend;
import dev.cambium.conformance.fixture.MutantBackend;
import dev.cambium.op.HostFunction;
import dev.cambium.op.Op;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import java.util.List;
import java.util.function.Function;

/**
 * A backend with one mistake.
 *
 * @param name the mistake, in words
 * @param breaks what is wrong by it: an operation, or a part of the contract
 * @param wrong opens the backend
 * @param right opens a backend that is the same without the mistake
 * @param cases patterns of the cases that look at what is broken
 */
record Mutant(
    String name,
    String breaks,
    Function<BackendConfig, Backend> wrong,
    Function<BackendConfig, Backend> right,
    List<String> cases) {
  /** Every kernel right, in double, rounded when it is kept. */
  static final Function<BackendConfig, Backend> RIGHT_KERNELS =
      config -> new MutantBackend(MutantBackend.NONE, config);

  /** Memory alone. */
  static final Function<BackendConfig, Backend> RIGHT_MEMORY = MemoryOnlyBackend::new;

  /** A mistake in the FLOAT32 and integer kernels of an operation. */
  static <O extends Op> Mutant of(
      String name, Class<O> op, Function<O, HostFunction> wrong, String... cases) {
    return new Mutant(
        name,
        op.getSimpleName(),
        config ->
            new MistakenKernels(
                config, o -> op.isInstance(o) ? wrong.apply(op.cast(o)) : Altered.right(o)),
        RIGHT_KERNELS,
        List.of(cases));
  }

  /** A mistake in many kernels. */
  static Mutant ofMany(
      String name, String breaks, Function<Op, HostFunction> wrong, String... cases) {
    return new Mutant(
        name, breaks, config -> new MistakenKernels(config, wrong), RIGHT_KERNELS, List.of(cases));
  }
}
