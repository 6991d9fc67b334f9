package dev.cambium.data;

import java.util.Objects;

/**
 * A data set as it is published: what a model may learn from, and what it is judged by once.
 *
 * @param name the form that {@link Datasets#open} takes, for example {@code mnist:data/mnist}
 * @param train training samples, a validation part included
 * @param test test samples, of the same shape and classes
 */
public record DataSplits(String name, Dataset train, Dataset test) {
  /** Checks that both parts fit together. */
  public DataSplits {
    Objects.requireNonNull(name, "name");
    if (!train.sampleShape().equals(test.sampleShape())) {
      throw new DatasetException(
          "training samples of %s have shape %s, test samples %s; both must be alike"
              .formatted(name, train.sampleShape(), test.sampleShape()));
    }
    if (!train.classNames().equals(test.classNames())) {
      throw new DatasetException(
          "training samples of %s have the classes %s, test samples %s; both must be alike"
              .formatted(name, train.classNames(), test.classNames()));
    }
  }
}
