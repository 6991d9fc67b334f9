package dev.cambium.data.augment;

import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * One of several transforms, drawn anew for each picture. As torchvision's {@code RandomChoice}.
 *
 * @param transforms at least one, all of one output shape
 * @param weights how often each is drawn, in proportion: at least 0, and not all 0
 */
public record OneOf(List<SampleTransform> transforms, List<Double> weights)
    implements SampleTransform {
  /** Checks that there is a weight for each transform. */
  public OneOf {
    transforms = List.copyOf(transforms);
    weights = List.copyOf(weights);
    if (transforms.isEmpty() || transforms.size() != weights.size()) {
      throw new IllegalArgumentException(
          "OneOf needs at least one transform and a weight for each, got %d and %d"
              .formatted(transforms.size(), weights.size()));
    }
    for (double weight : weights) {
      Require.notNegative("a weight of OneOf", weight);
    }
    if (!(sum(weights) > 0)) {
      throw new IllegalArgumentException("the weights of OneOf must not all be 0, got " + weights);
    }
  }

  /** The given transforms, each as often as the others. */
  public static OneOf of(SampleTransform... transforms) {
    return new OneOf(Arrays.asList(transforms), Collections.nCopies(transforms.length, 1.0));
  }

  private static double sum(List<Double> weights) {
    return weights.stream().mapToDouble(Double::doubleValue).sum();
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    return transforms.get(choose(random)).apply(image, random);
  }

  private int choose(RandomStream random) {
    double left = random.nextDouble() * sum(weights);
    int last = 0;
    for (int i = 0; i < weights.size(); i++) {
      if (weights.get(i) > 0) {
        last = i;
        left -= weights.get(i);
        if (left < 0) {
          return i;
        }
      }
    }
    // Rounding may leave a little at the end; it belongs to the last that can be drawn.
    return last;
  }

  /**
   * The shape that all of them make.
   *
   * @throws IllegalArgumentException when two differ
   */
  @Override
  public Shape outputShape(Shape shape) {
    Shape first = transforms.get(0).outputShape(shape);
    for (SampleTransform transform : transforms) {
      Shape other = transform.outputShape(shape);
      if (!other.equals(first)) {
        throw new IllegalArgumentException(
            "the transforms of OneOf must make pictures of one shape: %s makes %s, %s makes %s"
                .formatted(transforms.get(0), first, transform, other));
      }
    }
    return first;
  }
}
