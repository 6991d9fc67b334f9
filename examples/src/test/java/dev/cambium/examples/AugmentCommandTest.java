package dev.cambium.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.image.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AugmentCommandTest {
  @TempDir Path folder;
  private String data;

  @BeforeEach
  void writeData() throws IOException {
    data = "mnist:" + TestData.mnist(folder.resolve("data"), 20, 10);
  }

  private CommandRun augment(String file, Object... more) {
    Object[] arguments = new Object[more.length + 5];
    arguments[0] = "augment";
    arguments[1] = "--data";
    arguments[2] = data;
    arguments[3] = "--out";
    arguments[4] = folder.resolve(file);
    System.arraycopy(more, 0, arguments, 5, more.length);
    return CommandRun.of(arguments);
  }

  @Test
  void drawsARowForEachStepAndOneForAll() {
    CommandRun run = augment("all.png", "--augment", "flip,crop:2,mixup:1", "--variants", 3);
    assertEquals(0, run.status(), run.err());
    assertTrue(run.err().contains("row 3: mixup:1"), run.err());
    assertTrue(run.err().contains("row 4: flip,crop:2,mixup:1"), run.err());
    Image picture = Image.read(folder.resolve("all.png"));
    // Pictures of 10x10 are magnified by 9 = 96 / 10; a gap of 2 lies between them and around.
    assertEquals(4 * (90 + 2) + 2, picture.height());
    assertEquals(4 * (90 + 2) + 2, picture.width());
  }

  @Test
  void theFirstPictureIsTheImageItselfAndMirrorImagesAreMirrored() {
    CommandRun run =
        augment("flip.png", "--augment", "flip:1", "--variants", 1, "--image", 3, "--seed", 5);
    assertEquals(0, run.status(), run.err());
    Image picture = Image.read(folder.resolve("flip.png"));
    Image image = picture.crop(2, 2, 90, 90);
    Image mirrored = picture.crop(2, 94, 90, 90);
    // A class has one bright column: that of image 3 is column 3, and 6 in the mirror image.
    assertTrue(image.get(0, 45, 31) > 0.5 && image.get(0, 45, 58) < 0.5);
    for (int x = 0; x < 90; x++) {
      assertEquals(image.get(0, 45, x), mirrored.get(0, 45, 89 - x));
    }
  }

  @Test
  void theSameSeedDrawsTheSamePictureAndAnotherSeedAnother() throws IOException {
    augment("first.png", "--augment", "affine,noise:0.1", "--seed", 1);
    augment("second.png", "--augment", "affine,noise:0.1", "--seed", 1);
    augment("third.png", "--augment", "affine,noise:0.1", "--seed", 2);
    byte[] first = Files.readAllBytes(folder.resolve("first.png"));
    assertArrayEquals(first, Files.readAllBytes(folder.resolve("second.png")));
    assertFalse(java.util.Arrays.equals(first, Files.readAllBytes(folder.resolve("third.png"))));
  }

  @Test
  void wrongOptionsAreRefusedInOneLineAndLeaveNoFile() {
    for (Object[] bad :
        new Object[][] {
          {"--augment", "twist"},
          {"--augment", "crop:11"},
          {"--augment", "flip:2"},
          {"--augment", "mixup:0"},
          {"--augment", "mixup:x"},
          {"--augment", "mixup:0.2,flip,mixup:1"},
          {"--image", "20"},
          {"--variants", "0"},
          {"--variants", "101"}
        }) {
      CommandRun run = augment("bad.png", bad);
      assertEquals(2, run.status(), run.all());
      assertEquals(1, run.err().lines().count(), run.err());
      assertFalse(Files.exists(folder.resolve("bad.png")));
    }
  }

  @Test
  void aPictureThatCannotBeWrittenIsRefusedInOneLine() {
    for (String file : new String[] {"missing/bad.png", "data"}) {
      CommandRun run = augment(file);
      assertEquals(2, run.status(), run.all());
      assertEquals(1, run.err().lines().count(), run.err());
    }
  }

  @Test
  void helpListsTheSteps() {
    CommandRun run = CommandRun.of("augment", "--help");
    assertTrue(run.out().contains("resized-crop"), run.out());
    assertTrue(run.out().contains("cutmix[:ALPHA]"), run.out());
  }
}
