package dev.cambium.data.augment;

import dev.cambium.data.Dataset;
import dev.cambium.data.SampleTransform;
import dev.cambium.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Augmentations by name, as command lines have them: {@code flip,crop:4,colour:0.4,hue:0.1}. They
 * happen in the order in which they are written.
 */
public final class Augmentations {
  private static final Map<String, String> OTHER_SPELLINGS =
      Map.of("color", "colour", "gray", "grey", "centre-crop", "center-crop");

  private static final List<AugmentationForm> FORMS =
      List.of(
          form("none", "nothing", (v, shape, train) -> Compose.of()),
          form(
              "flip[:P]",
              "the mirror image with probability P (0.5)",
              (v, shape, train) -> new HorizontalFlip(v.number(0, 0.5))),
          form(
              "vertical-flip[:P]",
              "upside down with probability P (0.5)",
              (v, shape, train) -> new VerticalFlip(v.number(0, 0.5))),
          form(
              "crop:PIXELS[:MODE]",
              "pads each side and crops to the old size; MODE is constant, edge, reflect, symmetric",
              (v, shape, train) -> PadAndCrop.of(v.whole(0), v.padding(1))),
          form(
              "random-crop:SIZE",
              "a square at a random place",
              (v, shape, train) -> RandomCrop.of(v.whole(0))),
          form(
              "center-crop:SIZE",
              "the square in the middle",
              (v, shape, train) -> CenterCrop.of(v.whole(0))),
          form(
              "resized-crop[:SHARE]",
              "a part of at least SHARE (0.08) of the area, resized to the old size",
              Augmentations::resizedCrop),
          form("resize:SIZE", "resized to a square", (v, shape, train) -> Resize.of(v.whole(0))),
          form(
              "short-side:SIZE",
              "resized so that the shorter side has SIZE pixels",
              (v, shape, train) -> ResizeShortSide.of(v.whole(0))),
          form(
              "scale-jitter:FROM:TO:SIZE",
              "the shorter side to FROM..TO pixels, then a random square of SIZE",
              (v, shape, train) -> ScaleJitterCrop.of(v.whole(0), v.whole(1), v.whole(2))),
          form(
              "colour:CHANGE",
              "brightness, contrast and saturation by factors of 1 - CHANGE to 1 + CHANGE",
              (v, shape, train) -> ColorJitter.of(v.number(0), v.number(0), v.number(0), 0)),
          form(
              "brightness:CHANGE",
              "brightness by a factor of 1 - CHANGE to 1 + CHANGE",
              (v, shape, train) -> ColorJitter.of(v.number(0), 0, 0, 0)),
          form(
              "contrast:CHANGE",
              "contrast by a factor of 1 - CHANGE to 1 + CHANGE",
              (v, shape, train) -> ColorJitter.of(0, v.number(0), 0, 0)),
          form(
              "saturation:CHANGE",
              "saturation by a factor of 1 - CHANGE to 1 + CHANGE",
              (v, shape, train) -> ColorJitter.of(0, 0, v.number(0), 0)),
          form(
              "hue:TURN",
              "hue by up to TURN (at most 0.5) of a turn",
              (v, shape, train) -> ColorJitter.of(0, 0, 0, v.number(0))),
          form(
              "grey[:P]",
              "without colours with probability P (0.1)",
              (v, shape, train) -> new Grayscale(v.number(0, 0.1))),
          form(
              "lighting[:SIGMA]",
              "AlexNet's change of light along the principal colours of the data, SIGMA 0.1",
              (v, shape, train) -> PcaLighting.fit(train).sigma(v.number(0, 0.1))),
          form(
              "affine[:STRENGTH]",
              "at strength 1: rotate:15, translate:0.1, scale:0.1, stretch:0.1 and shear:10 in one",
              (v, shape, train) -> affine(v.number(0, 1))),
          form(
              "rotate:DEGREES",
              "turned by up to DEGREES",
              (v, shape, train) -> RandomAffine.identity().rotate(v.number(0))),
          form(
              "translate:SHARE",
              "shifted by up to SHARE of width and height",
              (v, shape, train) -> RandomAffine.identity().translate(v.number(0))),
          form(
              "scale:CHANGE",
              "scaled by a factor of 1 - CHANGE to 1 + CHANGE",
              (v, shape, train) -> RandomAffine.identity().scale(1 - v.number(0), 1 + v.number(0))),
          form(
              "stretch:CHANGE",
              "width and height each scaled by a factor of 1 - CHANGE to 1 + CHANGE",
              (v, shape, train) ->
                  RandomAffine.identity().stretch(1 - v.number(0), 1 + v.number(0))),
          form(
              "shear:DEGREES",
              "sheared sideways by up to DEGREES",
              (v, shape, train) -> RandomAffine.identity().shear(v.number(0))),
          form(
              "lens[:K]",
              "barrel and pincushion distortion up to K (0.2)",
              (v, shape, train) -> LensDistortion.of(v.number(0, 0.2))),
          form(
              "noise:STD",
              "Gaussian noise of standard deviation STD",
              (v, shape, train) -> GaussianNoise.of(v.number(0))),
          form(
              "cutout:SIZE[:FILL]",
              "a square of SIZE pixels erased to FILL (0.5)",
              (v, shape, train) -> new Cutout(v.whole(0), (float) v.number(1, 0.5))));

  private Augmentations() {}

  private static AugmentationForm form(
      String syntax, String meaning, AugmentationForm.Maker maker) {
    return new AugmentationForm(syntax, meaning, maker);
  }

  private static SampleTransform resizedCrop(
      AugmentationForm.Values values, Shape shape, Dataset train) {
    ImageShape image = ImageShape.of("resized-crop", shape);
    return RandomResizedCrop.of(1)
        .scale(values.number(0, 0.08), 1)
        .size(image.height(), image.width());
  }

  private static SampleTransform affine(double strength) {
    double change = 0.1 * Require.notNegative("the strength", strength);
    return RandomAffine.identity()
        .rotate(15 * strength)
        .translate(change)
        .scale(1 - change, 1 + change)
        .stretch(1 - change, 1 + change)
        .shear(10 * strength);
  }

  /** Whether there is an augmentation of that name, in one of its spellings. */
  public static boolean isKnown(String name) {
    return names().contains(OTHER_SPELLINGS.getOrDefault(name, name));
  }

  /** The names of all augmentations. */
  public static List<String> names() {
    return FORMS.stream().map(AugmentationForm::name).toList();
  }

  /** All forms, a line for each with what it does, for help texts. */
  public static String forms() {
    return FORMS.stream()
        .map(form -> "  %-26s %s".formatted(form.syntax(), form.meaning()))
        .collect(Collectors.joining("\n"));
  }

  /**
   * Reads a comma-separated list of {@link #forms()}; {@code none} changes nothing. Every
   * augmentation is checked against the shape that pictures have when they come to it.
   *
   * @param spec for example {@code flip,crop:4,colour:0.4}
   * @param train what will be augmented; {@code lighting} takes its statistics from it
   * @throws IllegalArgumentException when a name is unknown, a value is wrong, or pictures are too
   *     small
   */
  public static SampleTransform parse(String spec, Dataset train) {
    Compose all = Compose.of();
    Shape shape = train.sampleShape();
    for (String entry : spec.split(",", -1)) {
      List<String> parts = Arrays.asList(entry.split(":", -1));
      SampleTransform transform =
          form(parts.get(0), spec)
              .make(entry.strip(), parts.subList(1, parts.size()), shape, train);
      shape = transform.outputShape(shape);
      all = all.then(transform);
    }
    return all;
  }

  private static AugmentationForm form(String written, String spec) {
    String name = written.strip().toLowerCase(Locale.ROOT);
    String known = OTHER_SPELLINGS.getOrDefault(name, name);
    return FORMS.stream()
        .filter(form -> form.name().equals(known))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no augmentation '%s' (in '%s'); there are %s"
                        .formatted(
                            written.strip(),
                            spec,
                            FORMS.stream()
                                .map(AugmentationForm::syntax)
                                .collect(Collectors.joining(", ")))));
  }
}
