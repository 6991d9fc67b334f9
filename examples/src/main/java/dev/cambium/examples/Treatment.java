package dev.cambium.examples;

import dev.cambium.data.Dataset;
import dev.cambium.nn.Layer;
import dev.cambium.train.Model;
import java.util.Objects;
import java.util.function.IntFunction;

/**
 * One way to train in an {@link Experiment}: all in which it differs from the others.
 *
 * @param name what it is called, also its folders: small letters, digits and dashes
 * @param network the network for a number of classes
 * @param augmentation what is done to training images
 * @param averageDecay of the moving average of the weights, which is then what is tested; 0 for
 *     none
 * @param start what gives the weights their first values after the layers' own initialisers
 */
record Treatment(
    String name,
    IntFunction<Layer> network,
    Augmentation augmentation,
    double averageDecay,
    Start start) {
  /** Gives a new model first values that depend on the training images. */
  @FunctionalInterface
  interface Start {
    /** Leaves the values of the layers' initialisers. */
    Start AS_DRAWN = (model, train, seed) -> {};

    /** Changes the weights of {@code model}. */
    void prepare(Model model, Dataset train, long seed);
  }

  Treatment {
    Objects.requireNonNull(network, "network");
    Objects.requireNonNull(augmentation, "augmentation");
    Objects.requireNonNull(start, "start");
    if (!name.matches("[a-z0-9-]+")) {
      throw new IllegalArgumentException(
          "name of a treatment must be of small letters, digits and dashes, got '" + name + "'");
    }
  }

  /** A network trained on images as they are. */
  static Treatment of(String name, IntFunction<Layer> network) {
    return new Treatment(name, network, Augmentation.NONE, 0, Start.AS_DRAWN);
  }

  /** This treatment with other changes of the images. */
  Treatment augmented(String form) {
    return new Treatment(name, network, new Augmentation(form), averageDecay, start);
  }

  /** This treatment with averaged weights. */
  Treatment averaged(double decay) {
    return new Treatment(name, network, augmentation, decay, start);
  }

  /** This treatment with first values that depend on the training images. */
  Treatment started(Start other) {
    return new Treatment(name, network, augmentation, averageDecay, other);
  }
}
