package dev.cambium.nn.init;

import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.TensorType;
import java.util.List;

/**
 * Given numbers: class weights, hand-made filters.
 *
 * @param values the elements in row-major order
 */
public record Literal(List<Double> values) implements Initializer {
  /** Copies the list. */
  public Literal {
    values = List.copyOf(values);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException when the shape has another number of elements
   */
  @Override
  public HostArray initialise(TensorType type, Fans fans, RandomStream random) {
    return HostArray.of(type, values.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
