package dev.cambium.nn.loss;

import dev.cambium.nn.LayerContext;
import dev.cambium.op.Value;
import dev.cambium.tensor.TensorType;

/** What training makes small: a number computed from a network's scores and the targets. */
public interface Loss {
  /**
   * The type of the targets that belong to scores of the given type.
   *
   * @throws IllegalArgumentException when the loss cannot be computed from such scores
   */
  TensorType targets(TensorType scores);

  /**
   * Writes the loss into the graph.
   *
   * @param context the context in which the network was described
   * @param scores what the network gives
   * @param targets what it should give, of the type {@link #targets(TensorType)}
   * @return the loss, a scalar
   * @throws IllegalArgumentException when the types do not fit
   */
  Value describe(LayerContext context, Value scores, Value targets);

  /**
   * This loss with a distribution over the classes as the target of a sample, [N, C], instead of a
   * label: what batches need whose samples are mixed. {@link CrossEntropy} has one, and so has
   * {@link L2Regularised} around it.
   *
   * @throws IllegalArgumentException when there is none, which is the default
   */
  default Loss forDistributions() {
    throw new IllegalArgumentException(
        "%s has no form with distributions as targets; take CrossEntropy, alone or in L2Regularised"
            .formatted(this));
  }
}
