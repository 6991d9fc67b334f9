package dev.cambium.conformance.mutant;

import java.util.List;
import java.util.stream.Stream;

/** All backends with one mistake. */
final class Mutants {
  private Mutants() {}

  /** Those of one kind of mistake together. */
  static List<Mutant> all() {
    return Stream.of(
            ConvolutionMutants.all(),
            ProductMutants.all(),
            PoolingMutants.all(),
            NormMutants.all(),
            LossMutants.all(),
            UpdateMutants.all(),
            ElementMutants.all(),
            CacheMutants.all(),
            KernelMutants.all(),
            OrderMutants.all(),
            SequenceMutants.all(),
            MemoryMutants.all())
        .flatMap(List::stream)
        .toList();
  }
}
