package dev.cambium.examples;

import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.nn.zoo.Zoo;
import dev.cambium.optim.ParameterGroup;
import dev.cambium.optim.UpdateRule;
import java.util.Arrays;

/**
 * How a network is trained. Those of softmax, mlp, lenet and convnet were found on validation
 * splits of digits, MNIST and CIFAR-10, mostly with one seed; resnet20's is a usual one that was
 * not tuned. The test images had no say in any.
 *
 * @param epochs how often all training samples are seen
 * @param batch samples of a batch
 * @param optimizer how parameters follow gradients
 * @param lr the highest learning rate
 * @param momentum of optimisers that have one
 * @param weightDecay of weights; biases and norms have none
 * @param schedule how the learning rate goes over the run
 * @param warmup the share of the run in which the learning rate rises
 * @param labelSmoothing the share of each target that is spread over all classes
 * @param clipNorm the greatest length of all gradients together; 0 for no limit
 */
record Recipe(
    int epochs,
    int batch,
    OptimizerChoice optimizer,
    double lr,
    double momentum,
    double weightDecay,
    ScheduleChoice schedule,
    double warmup,
    double labelSmoothing,
    double clipNorm) {
  Recipe {
    atLeastOne("--epochs", epochs);
    atLeastOne("--batch", batch);
    positive("--lr", lr);
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException("--momentum must be of [0, 1), got " + momentum);
    }
    if (optimizer == OptimizerChoice.NESTEROV && momentum == 0) {
      throw new IllegalArgumentException("--optimizer nesterov needs a --momentum above 0");
    }
    notNegative("--weight-decay", weightDecay);
    notNegative("--clip-norm", clipNorm);
    share("--warmup", warmup);
    share("--label-smoothing", labelSmoothing);
  }

  /**
   * The recipe of a named network.
   *
   * @throws IllegalArgumentException when there is no network of that name
   */
  static Recipe of(String model) {
    Zoo network =
        Arrays.stream(Zoo.values())
            .filter(candidate -> candidate.id().equals(model))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "--model must be one of "
                            + String.join(", ", Zoo.names())
                            + ", got '"
                            + model
                            + "'"));
    return switch (network) {
      case SOFTMAX -> adamW(10, 64, 0.005, 0.01, 0);
      case MLP -> adamW(10, 64, 0.003, 0.05, 0);
      case LENET -> adamW(8, 64, 0.006, 0.05, 0);
      case CONVNET -> adamW(15, 64, 0.003, 0.2, 0.1);
      case RESNET20 -> adamW(20, 64, 0.003, 0.05, 0.1);
    };
  }

  private static Recipe adamW(
      int epochs, int batch, double lr, double weightDecay, double labelSmoothing) {
    return new Recipe(
        epochs,
        batch,
        OptimizerChoice.ADAMW,
        lr,
        0,
        weightDecay,
        ScheduleChoice.COSINE,
        0.1,
        labelSmoothing,
        0);
  }

  static void atLeastOne(String option, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(option + " must be at least 1, got " + value);
    }
  }

  private static void positive(String option, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(option + " must be a positive number, got " + value);
    }
  }

  private static void notNegative(String option, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(option + " must be a number of at least 0, got " + value);
    }
  }

  private static void share(String option, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          option + " must be at least 0 and less than 1, got " + value);
    }
  }

  /** This recipe for another number of epochs. */
  Recipe withEpochs(int other) {
    return new Recipe(
        other,
        batch,
        optimizer,
        lr,
        momentum,
        weightDecay,
        schedule,
        warmup,
        labelSmoothing,
        clipNorm);
  }

  /** What is made small. */
  CrossEntropy loss() {
    return CrossEntropy.ofLabels().labelSmoothing(labelSmoothing);
  }

  /** How parameters follow gradients in a run of so many updates. */
  UpdateRule rule(long updates) {
    UpdateRule rule =
        UpdateRule.of(optimizer.create(momentum, weightDecay), schedule.create(lr, warmup, updates))
            .group(ParameterGroup.noDecayOnBiasAndNorm());
    return clipNorm > 0 ? rule.clipGlobalNorm(clipNorm) : rule;
  }
}
