package dev.cambium.data;

import static dev.cambium.data.DataFiles.assertRefused;
import static dev.cambium.data.DataFiles.cifar;
import static dev.cambium.data.DataFiles.gzip;
import static dev.cambium.data.DataFiles.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cambium.image.Image;
import dev.cambium.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarTest {
  @TempDir Path folder;

  private void writeCifar10(Path where) throws IOException {
    write(where, "data_batch_1.bin.gz", gzip(cifar(1, 3, 1)));
    write(where, "data_batch_3.bin", cifar(1, 9));
    write(where, "test_batch.bin", cifar(1, 0, 0, 5));
  }

  @Test
  void theBatchesThatAreThereFollowEachOther() throws IOException {
    writeCifar10(folder);
    DataSplits cifar = Cifar10.open(folder);
    assertEquals(Shape.of(3, 32, 32), cifar.train().sampleShape());
    assertArrayEquals(new int[] {0, 1, 0, 1, 0, 0, 0, 0, 0, 1}, cifar.train().classCounts());
    assertEquals(3, cifar.test().size());
    assertEquals(9, cifar.train().label(2));
    Image second = cifar.train().image(1);
    assertEquals(10 / 255f, second.get(0, 31, 31));
    assertEquals(11 / 255f, second.get(1, 0, 0));
    assertEquals(12 / 255f, second.get(2, 31, 31));
    assertEquals("horse", cifar.train().classNames().get(7));
  }

  @Test
  void theFolderOfThePublishedArchiveAndItsClassNamesAreFound() throws IOException {
    Path inside = folder.resolve("cifar-10-batches-bin");
    writeCifar10(inside);
    String names = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n";
    write(inside, "batches.meta.txt", names.getBytes(StandardCharsets.UTF_8));
    assertEquals("c", Cifar10.open(folder).train().classNames().get(2));
    write(inside, "batches.meta.txt", "a\nb\n".getBytes(StandardCharsets.UTF_8));
    assertRefused(() -> Cifar10.open(folder), "batches.meta.txt", "names 2 classes", "expected 10");
  }

  @Test
  void cifar100TakesTheFineLabel() throws IOException {
    write(folder, "train.bin", cifar(2, 99, 0));
    write(folder, "test.bin.gz", gzip(cifar(2, 42)));
    DataSplits cifar = Cifar100.open(folder);
    assertEquals(99, cifar.train().label(0));
    assertEquals(42, cifar.test().label(0));
    assertEquals("worm", cifar.train().classNames().get(99));
    assertEquals(100, new HashSet<>(Cifar100.CLASSES).size());
    assertEquals(Cifar100.CLASSES.stream().sorted().toList(), Cifar100.CLASSES);
    assertEquals(11 / 255f, cifar.train().image(1).get(1, 5, 5));
  }

  @Test
  void aSizeThatIsNoMultipleOfTheRecordIsRefused() throws IOException {
    writeCifar10(folder);
    write(folder, "data_batch_3.bin", Arrays.copyOf(cifar(1, 9, 9), 5000));
    assertRefused(
        () -> Cifar10.open(folder),
        "data_batch_3.bin",
        "5000 bytes",
        "a multiple of 3073, the record of CIFAR-10",
        "cut off");
    write(folder, "data_batch_3.bin", cifar(2, 1, 1));
    assertRefused(() -> Cifar10.open(folder), "label of sample 0", "is 19", "0..9");
    write(folder, "train.bin", cifar(1, 1, 2));
    write(folder, "test.bin", cifar(2, 1));
    assertRefused(() -> Cifar100.open(folder), "6146 bytes", "3074", "CIFAR-10");
  }

  @Test
  void aLabelOutOfRangeAndAnEmptyFileAreRefused() throws IOException {
    writeCifar10(folder);
    write(folder, "test_batch.bin", cifar(1, 4, 10));
    assertRefused(
        () -> Cifar10.open(folder), "test_batch.bin", "label of sample 1", "is 10", "0..9");
    write(folder, "test_batch.bin", new byte[0]);
    assertRefused(() -> Cifar10.open(folder), "test_batch.bin is empty");
  }

  @Test
  void missingFilesAndDamagedGzipAreNamed() throws IOException {
    assertRefused(
        () -> Cifar10.open(folder), "data_batch_1.bin, data_batch_1.bin.gz", "data_batch_5.bin.gz");
    writeCifar10(folder);
    Files.delete(folder.resolve("test_batch.bin"));
    assertRefused(() -> Cifar10.open(folder), "test_batch.bin, test_batch.bin.gz");
    byte[] packed = gzip(cifar(1, 3, 1));
    write(folder, "test_batch.bin.gz", Arrays.copyOf(packed, packed.length - 9));
    assertRefused(() -> Cifar10.open(folder), "test_batch.bin.gz", "damaged gzip file");
    assertRefused(() -> Cifar100.open(folder), "train.bin, train.bin.gz");
    assertRefused(() -> Cifar100.open(folder.resolve("no")), "there is no folder");
  }
}
