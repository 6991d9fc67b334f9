package dev.cambium.optim;

/**
 * How parameters follow their gradients: an immutable description that writes its update into the
 * training graph. The learning rate is not part of it, see {@link LearningRateSchedule}; both meet
 * in an {@link UpdateRule}.
 *
 * <p>An optimiser of your own emits its operations with {@link OptimizerContext#graph}, or one
 * {@link dev.cambium.op.ParameterUpdate} for all parameters with {@link OptimizerContext#update}.
 */
@FunctionalInterface
public interface Optimizer {
  /** Writes one update of all parameters of the context into its graph. */
  void describe(OptimizerContext context);
}
