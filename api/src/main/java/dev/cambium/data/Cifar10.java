package dev.cambium.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * CIFAR-10 in its binary version: {@code data_batch_1.bin} to {@code data_batch_5.bin} (those that
 * are there, at least one) and {@code test_batch.bin}, gzip or not, in the folder or in {@code
 * cifar-10-batches-bin} inside it. A record is a label byte and 32x32 pixels in planes R, G, B.
 *
 * @see <a href="https://www.cs.toronto.edu/~kriz/cifar.html">A. Krizhevsky: CIFAR-10</a>
 */
public final class Cifar10 {
  /** The classes, in the order of the labels. */
  public static final List<String> CLASSES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private static final int BATCHES = 5;

  private Cifar10() {}

  /**
   * Reads the training batches that are there, and the test batch.
   *
   * @throws DatasetException when files are missing, damaged, or no multiple of the record, or a
   *     label is out of range
   */
  public static DataSplits open(Path folder) {
    Path inside = CifarRecords.folder(folder, "cifar-10-batches-bin");
    List<String> names = new ArrayList<>();
    List<Path> train = new ArrayList<>();
    for (int i = 1; i <= BATCHES; i++) {
      String name = "data_batch_" + i + ".bin";
      names.add(name);
      if (Files.isRegularFile(inside.resolve(name))
          || Files.isRegularFile(inside.resolve(name + ".gz"))) {
        train.add(DataFile.find(inside, List.of(name)));
      }
    }
    if (train.isEmpty()) {
      train.add(DataFile.find(inside, names));
    }
    Path test = DataFile.find(inside, List.of("test_batch.bin"));
    List<String> classes = CifarRecords.classNames(inside.resolve("batches.meta.txt"), CLASSES);
    CifarRecords records = new CifarRecords("CIFAR-10", 1);
    return new DataSplits(
        "cifar10:" + folder, records.read(train, classes), records.read(List.of(test), classes));
  }
}
