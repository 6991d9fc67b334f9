package dev.cambium.conformance.op;

import dev.cambium.conformance.check.ConformanceCase;
import java.util.List;
import java.util.stream.Stream;

/** The cases of all single operations. */
public final class OpCases {
  private OpCases() {}

  /** Every case, those of one family together. */
  public static List<ConformanceCase> all() {
    return Stream.of(LinearCases.rows())
        .flatMap(List::stream)
        .flatMap(row -> row.cases().stream())
        .toList();
  }
}
