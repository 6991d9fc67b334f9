package dev.cambium.conformance.op;

import dev.cambium.conformance.check.ConformanceCase;
import java.util.List;
import java.util.stream.Stream;

/** The cases of all single operations. */
public final class OpCases {
  private OpCases() {}

  /** Every row of every table. */
  static List<OpCase> rows() {
    return Stream.of(
            LayerCases.rows(),
            ActivationCases.rows(),
            UnaryMathCases.rows(),
            BinaryMathCases.rows(),
            ElementCases.rows(),
            MovementCases.rows(),
            ReduceCases.rows(),
            CountingCases.rows(),
            DropoutCases.rows(),
            SoftmaxCases.rows(),
            CrossEntropyCases.rows(),
            UpdateCases.rows())
        .flatMap(List::stream)
        .toList();
  }

  /** Whatever is no row: identities between operations, errors, special values. */
  public static List<ConformanceCase> withoutOracle() {
    return Stream.of(LayerCases.withoutOracle(), ActivationCases.cases(), errors(), OpenCases.all())
        .flatMap(List::stream)
        .toList();
  }

  /**
   * What strict checking refuses before a kernel sees it, so that no backend can fail it: part of
   * the reference's.
   */
  public static List<ConformanceCase> aliasing() {
    return AliasingCases.all();
  }

  private static List<ConformanceCase> errors() {
    return Stream.of(ElementErrors.rows(), ScoreErrors.rows())
        .flatMap(List::stream)
        .map(InvalidInputs::toCase)
        .toList();
  }

  /**
   * Everything that a backend is asked of single operations, {@link #literals} and {@link
   * #sequences} aside.
   */
  public static List<ConformanceCase> all() {
    List<OpCase> rows = rows();
    return Stream.of(
            rows.stream().flatMap(row -> row.cases().stream()).toList(),
            EagerCases.of(rows),
            withoutOracle())
        .flatMap(List::stream)
        .toList();
  }

  /** Values that were worked out by hand or stand elsewhere, which need no oracle. */
  public static List<ConformanceCase> literals() {
    return LiteralCases.all();
  }

  /** What a backend makes of launches that it is given as a list, run after run. */
  public static List<ConformanceCase> sequences() {
    return SequenceCases.of(rows());
  }

  /** The gradient rule of every operation by central differences, on {@code reference}. */
  public static List<ConformanceCase> gradients() {
    return rows().stream().flatMap(row -> GradientCases.of(row).stream()).toList();
  }

  /** What each operation is lowered to, beside the operation itself. */
  public static List<ConformanceCase> lowerings() {
    return rows().stream().flatMap(row -> LoweringCases.of(row).stream()).toList();
  }
}
