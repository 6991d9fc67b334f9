package dev.cambium.conformance.op;

import dev.cambium.conformance.check.ConformanceCase;
import java.util.List;
import java.util.stream.Stream;

/**
 * The operations of layers with weights or windows: convolution, linear, products of matrices,
 * pooling, batch normalisation.
 */
final class LayerCases {
  private LayerCases() {}

  /** The rows of all their tables. */
  static List<OpCase> rows() {
    return Stream.of(
            ConvolutionCases.rows(),
            LinearCases.rows(),
            MatMulCases.rows(),
            MaxPoolingCases.rows(),
            AveragePoolingCases.rows(),
            NormCases.rows(),
            NormGradientCases.rows(),
            NonFiniteCases.rows())
        .flatMap(List::stream)
        .toList();
  }

  /** Identities between them, and what they refuse. */
  static List<ConformanceCase> withoutOracle() {
    Stream<InvalidInputs> errors =
        Stream.of(LayerErrors.rows(), NormErrors.rows()).flatMap(List::stream);
    return Stream.of(AdjointCases.all(), NanCases.all(), errors.map(InvalidInputs::toCase).toList())
        .flatMap(List::stream)
        .toList();
  }
}
