package dev.cambium.train;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a model says of one picture.
 *
 * @param classes the classes with their probabilities, the most probable first
 */
public record Prediction(List<ClassProbability> classes) {
  /**
   * A class and how probable it is.
   *
   * @param index the label
   * @param name the name
   * @param probability of [0, 1]; all classes together make 1
   */
  public record ClassProbability(int index, String name, double probability) {}

  /** Copies the list. */
  public Prediction {
    classes = List.copyOf(classes);
  }

  static Prediction of(List<String> names, double[] probabilities) {
    return new Prediction(
        IntStream.range(0, names.size())
            .mapToObj(i -> new ClassProbability(i, names.get(i), probabilities[i]))
            .sorted(Comparator.comparingDouble(ClassProbability::probability).reversed())
            .toList());
  }

  /** The most probable class. */
  public ClassProbability best() {
    return classes.get(0);
  }
}
