package dev.cambium.data;

import static dev.cambium.data.DataFiles.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.image.Image;
import dev.cambium.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  @TempDir Path folder;

  private Path picture(String path, Image image) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    image.writePng(file);
    return file;
  }

  private static Image grey(int level, int height, int width) {
    return Image.filled(1, height, width, level / 255f);
  }

  private void cats(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      picture("cat/" + i + ".png", grey(100 + i, 4, 6));
    }
  }

  @Test
  void foldersAreClassesInTheOrderOfTheirNames() throws IOException {
    picture("train/dog/b.png", grey(2, 4, 6));
    picture("train/dog/a.PNG", grey(1, 4, 6));
    picture("train/cat/deep/c.png", grey(3, 4, 6));
    picture("test/cat/d.png", grey(4, 4, 6));
    Files.writeString(folder.resolve("train/cat/notes.txt"), "not a picture");
    Files.createDirectories(folder.resolve("train/.hidden"));
    DataSplits images = ImageFolder.of(folder).open();
    assertEquals(List.of("cat", "dog"), images.train().classNames());
    assertEquals(Shape.of(1, 4, 6), images.train().sampleShape());
    assertArrayEquals(new int[] {1, 2}, images.train().classCounts());
    assertArrayEquals(new int[] {1, 0}, images.test().classCounts());
    assertEquals(1 / 255f, images.train().image(1).get(0, 0, 0));
    assertEquals(2 / 255f, images.train().image(2).get(0, 0, 0));
    assertTrue(images.train().sampleName(1).endsWith("a.PNG"));
  }

  @Test
  void withoutPartsAFifthOfEachClassIsTheTestPartInEveryRun() throws IOException {
    cats(10);
    for (int i = 0; i < 5; i++) {
      picture("dog/" + i + ".png", grey(200 + i, 4, 6));
    }
    DataSplits images = ImageFolder.of(folder).open();
    assertArrayEquals(new int[] {8, 4}, images.train().classCounts());
    assertArrayEquals(new int[] {2, 1}, images.test().classCounts());
    assertEquals(names(images.test()), names(ImageFolder.of(folder).open().test()));
    assertTrue(names(images.train()).stream().noneMatch(names(images.test())::contains));
  }

  private static List<String> names(Dataset data) {
    return IntStream.range(0, data.size()).mapToObj(data::sampleName).toList();
  }

  @Test
  void oneColourPictureMakesTheSetColour() throws IOException {
    cats(5);
    picture("dog/a.png", Image.of(3, 1, 1, new float[] {1, 0, 0.2f}).resize(4, 6));
    DataSplits images = ImageFolder.of(folder).open();
    assertEquals(Shape.of(3, 4, 6), images.train().sampleShape());
    DataSplits asGrey = ImageFolder.of(folder).channels(1).open();
    assertEquals(Shape.of(1, 4, 6), asGrey.train().sampleShape());
  }

  @Test
  void differentSizesNeedASizeToBeBroughtTo() throws IOException {
    cats(2);
    picture("dog/a.png", grey(9, 8, 8));
    assertRefused(() -> ImageFolder.of(folder).open(), "0.png has 4x6", "a.png has 8x8", "@64x64");
    DataSplits images = ImageFolder.of(folder).resize(3, 5).open();
    assertEquals(Shape.of(1, 3, 5), images.train().sampleShape());
    assertEquals("images:" + folder + "@3x5", images.name());
  }

  @Test
  void whatDoesNotFitIntoMemoryIsDecodedEachTime() throws IOException {
    cats(6);
    picture("dog/a.png", grey(50, 4, 6));
    Dataset kept = ImageFolder.of(folder).open().train();
    Dataset partly = ImageFolder.of(folder).memory(3 * 24).open().train();
    float[] expected = new float[24];
    float[] got = new float[24];
    for (int i = 0; i < kept.size(); i++) {
      kept.copy(i, expected, 0);
      partly.copy(i, got, 0);
      assertArrayEquals(expected, got);
    }
  }

  @Test
  void anUnreadablePictureIsNamedWhenTheFolderIsOpened() throws IOException {
    cats(3);
    Path file = picture("dog/a.png", grey(9, 4, 6));
    Files.writeString(file, "no picture");
    assertRefused(() -> ImageFolder.of(folder).open(), file.toString(), "not a PNG");
    ImageFolder sized = ImageFolder.of(folder).resize(4, 4).channels(1);
    assertRefused(sized::open, file.toString(), "not a PNG");
    byte[] whole = grey(9, 40, 60).toPng();
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    assertRefused(sized::open, file.toString(), "cannot be read");
  }

  @Test
  void noneASingleAndAnEmptyClassAreRefused() throws IOException {
    assertRefused(() -> ImageFolder.of(folder).open(), "has no folders inside", "two or more");
    assertRefused(() -> ImageFolder.of(folder.resolve("no")).open(), "there is no folder");
    cats(3);
    assertRefused(() -> ImageFolder.of(folder).open(), "only the folder cat", "two or more");
    Files.createDirectories(folder.resolve("dog"));
    assertRefused(() -> ImageFolder.of(folder).open(), "dog has no PNG, JPEG or BMP pictures");
  }

  @Test
  void aTestClassThatTrainingLacksAndAnEmptyTestPartAreRefused() throws IOException {
    for (String name : List.of("train/a/0.png", "train/b/0.png", "test/c/0.png")) {
      picture(name, grey(1, 4, 4));
    }
    assertRefused(() -> ImageFolder.of(folder).open(), "test has the class c", "they have a, b");
    Files.delete(folder.resolve("test/c/0.png"));
    Files.delete(folder.resolve("test/c"));
    assertRefused(() -> ImageFolder.of(folder).open(), "test has no PNG");
  }
}
