package dev.cambium.examples;

import picocli.CommandLine.Option;

/** The options that change a network's recipe. */
final class RecipeOptions {
  private static final String AS_RECIPE = "; the model's own by default";

  @Option(names = "--epochs", paramLabel = "N", description = "passes over the data" + AS_RECIPE)
  private Integer epochs;

  @Option(names = "--batch", paramLabel = "N", description = "images of a batch" + AS_RECIPE)
  private Integer batch;

  @Option(names = "--lr", paramLabel = "X", description = "highest learning rate" + AS_RECIPE)
  private Double lr;

  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      description = "${COMPLETION-CANDIDATES}" + AS_RECIPE)
  private OptimizerChoice optimizer;

  @Option(
      names = "--momentum",
      paramLabel = "X",
      description = "of sgd, nesterov (0.9 where not given) and rmsprop")
  private Double momentum;

  @Option(
      names = "--weight-decay",
      paramLabel = "X",
      description = "of weights, not of biases and norms" + AS_RECIPE)
  private Double weightDecay;

  @Option(
      names = "--schedule",
      paramLabel = "NAME",
      description = "of the learning rate: ${COMPLETION-CANDIDATES}" + AS_RECIPE)
  private ScheduleChoice schedule;

  @Option(
      names = "--warmup",
      paramLabel = "SHARE",
      description = "share of the run in which the learning rate rises" + AS_RECIPE)
  private Double warmup;

  @Option(
      names = "--label-smoothing",
      paramLabel = "SHARE",
      description = "share of each target that is spread over all classes" + AS_RECIPE)
  private Double labelSmoothing;

  @Option(
      names = "--clip-norm",
      paramLabel = "X",
      description = "greatest length of all gradients together; 0 for no limit" + AS_RECIPE)
  private Double clipNorm;

  RecipeOptions() {}

  /** The recipe with what was given in place of its own. */
  Recipe applyTo(Recipe recipe) {
    boolean other = optimizer != null && optimizer != recipe.optimizer();
    OptimizerChoice chosen = or(optimizer, recipe.optimizer());
    double usualMomentum = chosen == OptimizerChoice.NESTEROV ? 0.9 : 0;
    return new Recipe(
        or(epochs, recipe.epochs()),
        or(batch, recipe.batch()),
        chosen,
        or(lr, other ? chosen.usualRate() : recipe.lr()),
        or(momentum, other ? usualMomentum : recipe.momentum()),
        or(weightDecay, other ? 0 : recipe.weightDecay()),
        or(schedule, recipe.schedule()),
        or(warmup, recipe.warmup()),
        or(labelSmoothing, recipe.labelSmoothing()),
        or(clipNorm, recipe.clipNorm()));
  }

  private static <T> T or(T given, T otherwise) {
    return given == null ? otherwise : given;
  }
}
