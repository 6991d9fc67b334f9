package dev.cambium.train;

import dev.cambium.data.Preprocessing;
import dev.cambium.nn.Architecture;
import dev.cambium.nn.Layer;
import dev.cambium.nn.Network;
import dev.cambium.tensor.Shape;
import java.util.List;
import java.util.Objects;

/**
 * What a model is, apart from the values of its parameters: everything that is needed to use its
 * weights on a picture.
 *
 * @param layer the network
 * @param sample the shape of one input, {@code [C, H, W]} for images
 * @param preprocessing what is done to a sample before the network sees it
 * @param classNames the names of the classes, in the order of the scores
 * @param architecture how the network is saved; must know all its layers by the time it is
 */
public record ModelSpec(
    Layer layer,
    Shape sample,
    Preprocessing preprocessing,
    List<String> classNames,
    Architecture architecture) {
  /** Checks that there is a class, and copies the names. */
  public ModelSpec {
    Objects.requireNonNull(layer, "layer");
    Objects.requireNonNull(sample, "sample");
    Objects.requireNonNull(preprocessing, "preprocessing");
    Objects.requireNonNull(architecture, "architecture");
    classNames = List.copyOf(classNames);
    if (classNames.isEmpty()) {
      throw new IllegalArgumentException("classNames must name at least one class, got none");
    }
  }

  /** A model of the framework's own layers, without preprocessing. */
  public static ModelSpec of(Layer layer, Shape sample, List<String> classNames) {
    return new ModelSpec(layer, sample, Preprocessing.NONE, classNames, Architecture.STANDARD);
  }

  /** This model with another preprocessing. */
  public ModelSpec with(Preprocessing other) {
    return new ModelSpec(layer, sample, other, classNames, architecture);
  }

  /** This model, saved by an architecture that knows layers of one's own. */
  public ModelSpec with(Architecture other) {
    return new ModelSpec(layer, sample, preprocessing, classNames, other);
  }

  /** The network in FLOAT32, for samples as preprocessing leaves them. */
  public Network network() {
    return Network.of(layer, preprocessing.outputShape(sample));
  }
}
