package dev.cambium.examples;

import dev.cambium.data.Dataset;
import dev.cambium.train.Model;
import dev.cambium.train.Predictor;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * A question that trainings answer: treatments that differ in one thing, each trained with the same
 * budget from several seeds. The first treatment is what the others are compared with.
 */
interface Experiment {
  /** What it is called on the command line. */
  String name();

  /** What it asks, a line for people. */
  String question();

  /** The data set that it is meant for, in the form of {@code --data}; empty for one of files. */
  Optional<String> usualData();

  /** How all treatments are trained. */
  Recipe recipe();

  /** The treatments, the base first. */
  List<Treatment> treatments();

  /** Other ways to use the trained base, without more training. */
  default List<Testing> testings() {
    return List.of();
  }

  /**
   * A way to test what the base treatment has trained.
   *
   * @param name what it is called
   * @param ofAllSeeds whether it takes the models of all seeds together, for a single figure
   * @param predictor makes it of the models (one, or those of all seeds) and the training images;
   *     it leaves closing the models to the caller
   */
  record Testing(
      String name, boolean ofAllSeeds, BiFunction<List<Model>, Dataset, Predictor> predictor) {}
}
