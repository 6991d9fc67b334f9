package dev.cambium.data.augment;

import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Transforms one after the other, all from the sample's one stream of random numbers; none at all
 * leaves pictures as they are. As torchvision's {@code Compose}.
 *
 * @param transforms in their order
 */
public record Compose(List<SampleTransform> transforms) implements SampleTransform {
  /** Keeps a copy of the list. */
  public Compose {
    transforms = List.copyOf(transforms);
  }

  /** The given transforms in their order. */
  public static Compose of(SampleTransform... transforms) {
    return new Compose(Arrays.asList(transforms));
  }

  /** These transforms, and then {@code next}. */
  public Compose then(SampleTransform next) {
    return new Compose(Stream.concat(transforms.stream(), Stream.of(next)).toList());
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    Image changed = image;
    for (SampleTransform transform : transforms) {
      changed = transform.apply(changed, random);
    }
    return changed;
  }

  @Override
  public Shape outputShape(Shape shape) {
    Shape changed = shape;
    for (SampleTransform transform : transforms) {
      changed = transform.outputShape(changed);
    }
    return changed;
  }
}
