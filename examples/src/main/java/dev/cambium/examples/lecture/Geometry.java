package dev.cambium.examples.lecture;

import dev.cambium.data.Digits;
import dev.cambium.data.SampleTransform;
import dev.cambium.data.augment.Affine;
import dev.cambium.data.augment.Compose;
import dev.cambium.data.augment.HorizontalFlip;
import dev.cambium.data.augment.LensDistortion;
import dev.cambium.data.augment.OneOf;
import dev.cambium.data.augment.RandomAffine;
import dev.cambium.data.augment.RandomApply;
import dev.cambium.data.augment.Range;
import dev.cambium.image.Image;
import dev.cambium.image.ImageGrid;
import dev.cambium.tensor.RandomStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Row 15: where pixels go, on the picture 1 2 3 over 4 5 6 over 7 8 9. */
final class Geometry implements RowProgram {
  private static final Image PICTURE = DataAugmentation.picture(3, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9);

  /** One of a turn with all that an affine map can do and a lens, and half of the time a flip. */
  private static final SampleTransform MIX =
      Compose.of(
          RandomApply.of(new HorizontalFlip(1), 0.5),
          OneOf.of(
              RandomAffine.identity().rotate(20).translate(0.1).stretch(0.8, 1.2).shear(15),
              LensDistortion.of(0.3)));

  @Override
  public List<Check> run(Laboratory lab) throws IOException {
    lab.picture("random-mixes", Geometry::variants);
    return List.of(
        moved("right by one", Affine.translation(1, 0), "0 1 2 0 4 5 0 7 8"),
        moved("turned by 90", Affine.rotation(90), "7 4 1 8 5 2 9 6 3"),
        moved(
            "stretched to 2 x",
            new Affine(0, 0, 0, 2, 1, 0, 0, 0),
            "1.50 2.00 2.50 4.50 5.00 5.50 7.50 8.00 8.50"),
        moved("sheared by 45", new Affine(0, 0, 0, 1, 1, 45, 0, 0), "0 1 2 4 5 6 8 9 0"),
        // The edges are looked up at 1.2, a fifth beyond the border; the corners at 1.4.
        moved(
            "barrel, k = 0.9",
            new LensDistortion(Range.only(0.9), 0),
            "0.36 1.60 1.08 3.20 5.00 4.80 2.52 6.40 3.24"),
        moved("a lens of k = 0", LensDistortion.of(0), "1 2 3 4 5 6 7 8 9"),
        mixes());
  }

  private static Check moved(String name, SampleTransform transform, String expected) {
    Image moved = DataAugmentation.changed(transform, PICTURE, new RandomStream(1, "geometry"));
    return Check.byHand(name, expected, DataAugmentation.pixels(moved), 2e-6);
  }

  private static Check mixes() {
    boolean same = Arrays.equals(mixed(1).values(), mixed(1).values());
    long different =
        IntStream.range(0, 8)
            .mapToObj(seed -> Arrays.hashCode(mixed(seed).values()))
            .distinct()
            .count();
    return Check.that(
        "random mixes of them",
        same && different == 8,
        "the same bits for the same seed, " + different + " pictures of 8 seeds");
  }

  private static Image mixed(long seed) {
    Image digit = Digits.draw(1, "test", 5);
    return DataAugmentation.changed(MIX, digit, new RandomStream(seed, "mixes"));
  }

  private static Image variants() {
    List<Image> images = new ArrayList<>(List.of(Digits.draw(1, "test", 5)));
    for (int seed = 0; seed < 15; seed++) {
      images.add(mixed(seed));
    }
    return ImageGrid.ofColumns(8).zoom(3).draw(images);
  }
}
