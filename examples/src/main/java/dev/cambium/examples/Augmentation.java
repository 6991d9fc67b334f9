package dev.cambium.examples;

import dev.cambium.data.BatchTransform;
import dev.cambium.data.Dataset;
import dev.cambium.data.SampleTransform;
import dev.cambium.data.augment.Augmentations;
import dev.cambium.data.augment.CutMix;
import dev.cambium.data.augment.MixUp;
import dev.cambium.data.augment.RandomMix;
import dev.cambium.tensor.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What is done to training images, as {@code --augment} says it: {@code flip,crop:4,mixup:0.2}.
 * Single images are changed one step after the other; {@code mixup} and {@code cutmix}, wherever
 * they stand, then mix those of a batch, and where both are named, each batch takes one of them.
 *
 * @param form the steps, separated by commas; {@code none} for nothing
 */
record Augmentation(String form) {
  /** Images as they are. */
  static final Augmentation NONE = new Augmentation("none");

  private static final String MIXUP = "mixup";
  private static final String CUTMIX = "cutmix";

  /**
   * Checks what can be checked without images: that there are such steps, and how batches are
   * mixed.
   */
  Augmentation {
    form = form.strip().toLowerCase(Locale.ROOT);
    for (String word : words(form)) {
      requireStep(name(word), form);
    }
    mixOf(form);
  }

  private static void requireStep(String name, String form) {
    if (!name.equals(MIXUP) && !name.equals(CUTMIX) && !Augmentations.isKnown(name)) {
      throw new IllegalArgumentException(
          "--augment '%s' has the unknown step '%s'; the steps are %s, %s, %s: see ./cambium augment --help"
              .formatted(form, name, String.join(", ", Augmentations.names()), MIXUP, CUTMIX));
    }
  }

  /** All steps, a line for each with what it does. */
  static String forms() {
    return Augmentations.forms()
        + "\n\nMixtures of a batch and its classes, behind all other steps wherever they stand:\n"
        + "  mixup[:ALPHA]              two images blended, ALPHA 0.2\n"
        + "  cutmix[:ALPHA]             a box of one image in another, ALPHA 1";
  }

  /** Whether nothing is done. */
  boolean isNone() {
    return form.equals("none");
  }

  /** The steps as they were given. */
  List<String> steps() {
    return isNone() ? List.of() : words(form);
  }

  /**
   * What is done to single images.
   *
   * @param train the images, whose colours some steps have to know
   * @throws IllegalArgumentException when there is no such step, or the images are too small for it
   */
  Optional<SampleTransform> transform(Dataset train) {
    String samples = ofSamples(form);
    return samples.equals("none")
        ? Optional.empty()
        : Optional.of(Augmentations.parse(samples, train));
  }

  /**
   * As {@link #transform}, for a training, whose network is tested on images as they are.
   *
   * @throws IllegalArgumentException also when the images end with another size
   */
  Optional<SampleTransform> trainingTransform(Dataset train) {
    Optional<SampleTransform> transform = transform(train);
    Shape before = train.sampleShape();
    Shape after = transform.map(change -> change.outputShape(before)).orElse(before);
    if (!after.equals(before)) {
      throw new IllegalArgumentException(
          "--augment %s makes images of %s into %s, while those in testing keep their size: leave out what changes it, or add a resize behind it"
              .formatted(form, before, after));
    }
    return transform;
  }

  /**
   * Requires that batches can be mixed.
   *
   * @throws IllegalArgumentException when they are to be mixed and have one image each
   */
  void requireBatch(int size) {
    if (size == 1 && mix().isPresent()) {
      throw new IllegalArgumentException(
          "--augment %s mixes the images of a batch, which needs a --batch of at least 2, got 1"
              .formatted(form));
    }
  }

  /** What is done to batches. */
  Optional<BatchTransform> mix() {
    return mixOf(form);
  }

  private static List<String> words(String form) {
    return Arrays.stream(form.split(",", -1)).map(String::strip).toList();
  }

  private static String name(String word) {
    return word.split(":", 2)[0].strip();
  }

  private static boolean mixes(String word) {
    return name(word).equals(MIXUP) || name(word).equals(CUTMIX);
  }

  private static String ofSamples(String form) {
    List<String> words = words(form).stream().filter(word -> !mixes(word)).toList();
    return words.isEmpty() ? "none" : String.join(",", words);
  }

  private static Optional<BatchTransform> mixOf(String form) {
    Map<String, BatchTransform> mixes = new LinkedHashMap<>();
    for (String word : words(form)) {
      if (mixes(word)) {
        double alpha = alpha(word);
        BatchTransform mix = name(word).equals(MIXUP) ? MixUp.of(alpha) : CutMix.of(alpha);
        if (mixes.put(name(word), mix) != null) {
          throw new IllegalArgumentException(
              "--augment takes mixup and cutmix once each, got '" + form + "'");
        }
      }
    }
    List<BatchTransform> found = List.copyOf(mixes.values());
    return switch (found.size()) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(found.get(0));
      default -> Optional.of(RandomMix.of(found.get(0), found.get(1)));
    };
  }

  /** 0.2 for MixUp and 1 for CutMix by default, as their papers have them for large data sets. */
  private static double alpha(String word) {
    int colon = word.indexOf(':');
    if (colon < 0) {
      return word.equals(MIXUP) ? 0.2 : 1;
    }
    try {
      return Double.parseDouble(word.substring(colon + 1));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "ALPHA of %s must be a number, got '%s'"
              .formatted(word.substring(0, colon), word.substring(colon + 1)),
          e);
    }
  }
}
