package dev.cambium.data.augment;

import static dev.cambium.data.augment.Pictures.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.data.Dataset;
import dev.cambium.data.SampleTransform;
import dev.cambium.tensor.Shape;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class AugmentationsTest {
  private static final Dataset COLOUR = Pictures.dataset(4, 3, 32, 24);

  private static void assertParses(String spec, SampleTransform... expected) {
    assertEquals(Compose.of(expected), Augmentations.parse(spec, COLOUR));
  }

  @Test
  void eachFormGivesItsTransform() {
    RandomAffine affine = RandomAffine.identity();
    assertParses("none", Compose.of());
    assertParses("flip", new HorizontalFlip(0.5));
    assertParses("flip:0.25", new HorizontalFlip(0.25));
    assertParses("vertical-flip", new VerticalFlip(0.5));
    assertParses("crop:4", PadAndCrop.of(4));
    assertParses("crop:4:reflect", PadAndCrop.of(4, Padding.REFLECT));
    assertParses("random-crop:20", RandomCrop.of(20));
    assertParses("center-crop:20", CenterCrop.of(20));
    assertParses("resize:20", Resize.of(20));
    assertParses("short-side:20", ResizeShortSide.of(20));
    assertParses("resized-crop", RandomResizedCrop.of(1).size(32, 24));
    assertParses("resized-crop:0.5", RandomResizedCrop.of(1).size(32, 24).scale(0.5, 1));
    assertParses("scale-jitter:30:40:28", ScaleJitterCrop.of(30, 40, 28));
    assertParses("colour:0.4", ColorJitter.of(0.4, 0.4, 0.4, 0));
    assertParses("brightness:0.4", ColorJitter.of(0.4, 0, 0, 0));
    assertParses("contrast:0.4", ColorJitter.of(0, 0.4, 0, 0));
    assertParses("saturation:0.4", ColorJitter.of(0, 0, 0.4, 0));
    assertParses("hue:0.1", ColorJitter.of(0, 0, 0, 0.1));
    assertParses("grey", new Grayscale(0.1));
    assertParses("lighting", PcaLighting.fit(COLOUR));
    assertParses("lighting:0.3", PcaLighting.fit(COLOUR).sigma(0.3));
    assertParses("rotate:15", affine.rotate(15));
    assertParses("translate:0.1", affine.translate(0.1));
    assertParses("scale:0.25", affine.scale(0.75, 1.25));
    assertParses("stretch:0.25", affine.stretch(0.75, 1.25));
    assertParses("shear:10", affine.shear(10));
    assertParses(
        "affine:2", affine.rotate(30).translate(0.2).scale(0.8, 1.2).stretch(0.8, 1.2).shear(20));
    assertParses("lens", LensDistortion.of(0.2));
    assertParses("noise:0.05", GaussianNoise.of(0.05));
    assertParses("cutout:8", Cutout.of(8));
    assertParses("cutout:8:0", new Cutout(8, 0));
  }

  @Test
  void aListKeepsItsOrderAndSpacesAndSpellingsDoNotMatter() {
    assertParses("flip,crop:4", HorizontalFlip.of(), PadAndCrop.of(4));
    assertParses(
        " Crop: 4 , FLIP,color:0.4 ",
        PadAndCrop.of(4),
        HorizontalFlip.of(),
        ColorJitter.of(0.4, 0.4, 0.4, 0));
  }

  @Test
  void laterFormsSeeTheShapeThatEarlierOnesMake() {
    SampleTransform both = Augmentations.parse("random-crop:16,resized-crop", COLOUR);
    assertEquals(Shape.of(3, 16, 16), both.outputShape(COLOUR.sampleShape()));
    assertRefused(
        () -> Augmentations.parse("random-crop:16,center-crop:20", COLOUR),
        "augmentation 'center-crop:20'",
        "larger than the image 16x16");
  }

  @Test
  void unknownNamesGetTheListOfForms() {
    for (String spec : new String[] {"flop", "flip,flop:3", "", "flip,", "cr op:4"}) {
      assertRefused(
          () -> Augmentations.parse(spec, COLOUR),
          "there is no augmentation",
          "'" + spec + "'",
          Augmentations.forms());
    }
  }

  @Test
  void badValuesNameTheEntryAndItsForm() {
    assertBad("crop", "a value is missing", "crop:PIXELS[:MODE]");
    assertBad("crop:x", "'x' is not a whole number", "crop:PIXELS[:MODE]");
    assertBad("crop:", "'' is not a whole number", "crop:PIXELS[:MODE]");
    assertBad("crop:4.5", "'4.5' is not a whole number", "crop:PIXELS[:MODE]");
    assertBad("crop:4:round", "'round' is none of [constant, edge, reflect, symmetric]", "crop:");
    assertBad("crop:4:edge:1", "too many values", "crop:PIXELS[:MODE]");
    assertBad("none:1", "too many values", "none");
    assertBad("crop:25", "by at most 24", "crop:");
    assertBad("flip:2", "must be in [0, 1], got 2.0", "flip[:P]");
    assertBad("flip:half", "'half' is not a number", "flip[:P]");
    assertBad("noise:-1", "std of GaussianNoise", "noise:STD");
    assertBad("hue:0.7", "hue of ColorJitter", "hue:TURN");
    assertBad("scale:1", "must be positive", "scale:CHANGE");
    assertBad("resized-crop:0", "must be positive", "resized-crop[:SHARE]");
    assertBad("affine:NaN", "the strength", "affine[:STRENGTH]");
    assertBad("cutout:0", "size of Cutout", "cutout:SIZE[:FILL]");
    assertRefused(
        () -> Augmentations.parse("lighting", Pictures.dataset(2, 1, 8, 8)),
        "augmentation 'lighting'",
        "3 channels",
        "got 1");
  }

  private static void assertBad(String entry, String... parts) {
    assertRefused(() -> Augmentations.parse("flip," + entry, COLOUR), parts);
    assertRefused(
        () -> Augmentations.parse(entry, COLOUR), "augmentation '" + entry + "'", "its form is");
  }

  @Test
  void namesAreDistinctAndEachHasALineOfHelp() {
    assertEquals(Augmentations.names().size(), new HashSet<>(Augmentations.names()).size());
    String[] lines = Augmentations.forms().split("\n");
    assertEquals(Augmentations.names().size(), lines.length);
    for (int i = 0; i < lines.length; i++) {
      assertTrue(lines[i].strip().startsWith(Augmentations.names().get(i)), lines[i]);
      assertTrue(lines[i].length() <= 120, lines[i]);
    }
  }
}
