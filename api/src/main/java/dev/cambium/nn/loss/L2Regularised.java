package dev.cambium.nn.loss;

import dev.cambium.nn.LayerContext;
import dev.cambium.nn.StateSpec;
import dev.cambium.op.Affine;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.SumOfSquares;
import dev.cambium.op.Value;
import dev.cambium.tensor.TensorType;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Another loss plus lambda times the sum of the squares of chosen parameters: L = data loss +
 * lambda sum W^2. Its gradient is 2 lambda W: no half stands before lambda, so it equals a coupled
 * weight decay of 2 lambda in the optimiser.
 *
 * <p>The parameters are those declared in the context before the loss is described. By default the
 * weights alone: biases and normalisation are left out.
 *
 * @param loss the data loss
 * @param lambda the strength, at least 0
 * @param parameters which parameters
 */
public record L2Regularised(Loss loss, double lambda, Predicate<StateSpec> parameters)
    implements Loss {
  /** Checks the strength. */
  public L2Regularised {
    Objects.requireNonNull(loss, "loss");
    Objects.requireNonNull(parameters, "parameters");
    if (!(lambda >= 0 && lambda < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "lambda of L2Regularised must be at least 0 and finite, got " + lambda);
    }
  }

  /** {@code loss} plus lambda times the sum of the squares of all weights. */
  public static L2Regularised of(Loss loss, double lambda) {
    return new L2Regularised(loss, lambda, StateSpec::isWeight);
  }

  /** This loss with other parameters; only trainable states can be chosen. */
  public L2Regularised parameters(Predicate<StateSpec> parameters) {
    return new L2Regularised(loss, lambda, parameters);
  }

  @Override
  public TensorType targets(TensorType scores) {
    return loss.targets(scores);
  }

  @Override
  public Value describe(LayerContext context, Value scores, Value targets) {
    List<Value> chosen =
        context.states().values().stream()
            .filter(StateSpec::trainable)
            .filter(parameters)
            .map(context::value)
            .toList();
    if (chosen.isEmpty()) {
      throw context.error(
          "L2Regularised chooses none of the parameters "
              + context.states().keySet()
              + "; describe the network in this context first, or choose others");
    }
    Value data = loss.describe(context, scores, targets);
    Value penalty =
        context.emit(new Affine(lambda, 0), context.emit(new SumOfSquares(), chosen).get(0));
    return context.emit(new BinaryMath(BinaryMath.Function.ADD), data, penalty);
  }

  /** The other loss in its form with distributions, plus the same penalty. */
  @Override
  public L2Regularised forDistributions() {
    return new L2Regularised(loss.forDistributions(), lambda, parameters);
  }
}
