package dev.cambium.data;

import static dev.cambium.data.DataFiles.assertRefused;
import static dev.cambium.data.DataFiles.gzip;
import static dev.cambium.data.DataFiles.idx;
import static dev.cambium.data.DataFiles.images;
import static dev.cambium.data.DataFiles.labels;
import static dev.cambium.data.DataFiles.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cambium.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MnistTest {
  @TempDir Path folder;

  @BeforeEach
  void writeAWholeSet() throws IOException {
    write(folder, "train-images-idx3-ubyte", images(4));
    write(folder, "train-labels-idx1-ubyte", labels(3, 0, 9, 3));
    write(folder, "t10k-images-idx3-ubyte.gz", gzip(images(2)));
    write(folder, "t10k-labels-idx1-ubyte.gz", gzip(labels(7, 1)));
  }

  private void trainImages(byte[] bytes) throws IOException {
    write(folder, "train-images-idx3-ubyte", bytes);
  }

  private void trainLabels(byte[] bytes) throws IOException {
    write(folder, "train-labels-idx1-ubyte", bytes);
  }

  private void assertOpeningRefused(String... parts) {
    assertRefused(() -> Mnist.open(folder), parts);
  }

  @Test
  void plainAndCompressedFilesAreRead() {
    DataSplits mnist = Mnist.open(folder);
    assertEquals("mnist:" + folder, mnist.name());
    assertEquals(4, mnist.train().size());
    assertEquals(2, mnist.test().size());
    assertEquals(Shape.of(1, 2, 3), mnist.train().sampleShape());
    assertEquals(9, mnist.train().label(2));
    assertEquals(7, mnist.test().label(0));
    assertArrayEquals(new int[] {1, 0, 0, 2, 0, 0, 0, 0, 0, 1}, mnist.train().classCounts());
    float[] sample = new float[8];
    mnist.train().copy(2, sample, 1);
    assertArrayEquals(
        new float[] {0, 20 / 255f, 21 / 255f, 22 / 255f, 23 / 255f, 24 / 255f, 25 / 255f, 0},
        sample);
    assertEquals(21 / 255f, mnist.train().image(2).get(0, 0, 1));
  }

  @Test
  void fashionMnistHasTheSameFilesAndItsOwnClasses() {
    assertEquals("Ankle boot", Mnist.openFashion(folder).train().classNames().get(9));
    assertEquals("9", Mnist.open(folder).train().classNames().get(9));
  }

  @Test
  void aFileThatIsNamedGzButIsNotCompressedIsReadAsItIs() throws IOException {
    write(folder, "t10k-labels-idx1-ubyte.gz", labels(5, 5));
    assertEquals(5, Mnist.open(folder).test().label(1));
  }

  @Test
  void missingFoldersAndFilesAreNamedWithWhatWasLookedFor() throws IOException {
    assertRefused(() -> Mnist.open(folder.resolve("no")), "there is no folder", "no");
    Path file = folder.resolve("train-images-idx3-ubyte");
    assertRefused(() -> Mnist.open(file), "is a file, not a folder");
    Files.delete(folder.resolve("t10k-labels-idx1-ubyte.gz"));
    assertOpeningRefused(
        folder.toString(),
        "t10k-labels-idx1-ubyte, t10k-labels-idx1-ubyte.gz, t10k-labels.idx1-ubyte");
  }

  @Test
  void aWrongMagicNumberIsShownBesideTheExpectedOne() throws IOException {
    trainImages(labels(1, 2, 3));
    assertOpeningRefused("train-images-idx3-ubyte", "0x00000801", "expected 0x00000803", "swapped");
    trainImages(idx(0x0D03, new int[] {1, 2, 2}, new byte[16]));
    assertOpeningRefused("0x00000D03", "expected 0x00000803", "is it an IDX file?");
  }

  @Test
  void truncatedFilesAreRefusedWithBothSizes() throws IOException {
    byte[] whole = images(4);
    trainImages(Arrays.copyOf(whole, whole.length - 5));
    assertOpeningRefused("train-images-idx3-ubyte", "cut off", "promises 40 bytes, it has 35");
    trainImages(Arrays.copyOf(whole, 10));
    assertOpeningRefused("cut off in its header, after 10 bytes");
    trainImages(new byte[0]);
    assertOpeningRefused("cut off in its header, after 0 bytes");
    trainImages(whole);
    byte[] few = labels(1, 2, 3, 4);
    trainLabels(Arrays.copyOf(few, few.length - 1));
    assertOpeningRefused("train-labels-idx1-ubyte", "promises 12 bytes, it has 11");
  }

  @Test
  void bytesAfterTheEndAreRefused() throws IOException {
    trainImages(Arrays.copyOf(images(4), 41));
    assertOpeningRefused("train-images-idx3-ubyte", "goes on after the 40 bytes");
  }

  @Test
  void fewerOrMoreLabelsThanImagesAreRefusedWithBothCounts() throws IOException {
    trainLabels(labels(1, 2, 3));
    assertOpeningRefused("3 labels for the 4 images", "train-labels-idx1-ubyte");
    trainLabels(labels(1, 2, 3, 4, 5));
    assertOpeningRefused("5 labels for the 4 images");
  }

  @Test
  void aLabelOutOfRangeIsNamedWithItsSample() throws IOException {
    trainLabels(labels(0, 1, 10, 2));
    assertOpeningRefused(
        "train-labels-idx1-ubyte", "label of sample 2", "is 10", "out of range 0..9");
  }

  @Test
  void damagedGzipIsRefused() throws IOException {
    byte[] packed = gzip(images(2));
    String name = "t10k-images-idx3-ubyte.gz";
    write(folder, name, Arrays.copyOf(packed, packed.length / 2));
    assertOpeningRefused(name, "damaged gzip file");
    byte[] flipped = packed.clone();
    flipped[packed.length - 6] ^= 0x55;
    write(folder, name, flipped);
    assertOpeningRefused(name, "damaged gzip file");
    write(folder, name, Arrays.copyOf(packed, 5));
    assertOpeningRefused(name, "damaged gzip file");
  }

  @Test
  void anEmptySetAndAbsurdHeadersAreRefused() throws IOException {
    trainImages(images(0));
    assertOpeningRefused("train-images-idx3-ubyte is empty", "0 elements");
    trainImages(idx(0x803, new int[] {1, 0, 3}, new byte[0]));
    assertOpeningRefused("0 x 3 pixels");
    trainImages(idx(0x803, new int[] {1, 1 << 30, 1 << 30}, new byte[0]));
    assertOpeningRefused("1073741824 x 1073741824 pixels");
    trainImages(idx(0x803, new int[] {-1, 2, 3}, new byte[0]));
    assertOpeningRefused("a dimension is -1");
    trainImages(idx(0x803, new int[] {Integer.MAX_VALUE, 28, 28}, new byte[1000]));
    assertOpeningRefused("cut off", "it has 1016");
  }
}
