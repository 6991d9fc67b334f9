package dev.cambium.data;

import dev.cambium.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The binary format of CIFAR: records of one or two label bytes, of which the last one counts, and
 * 32x32 pixels in three planes, red, green, blue.
 *
 * @param set the name of the set, for messages
 * @param labelBytes 1 in CIFAR-10, 2 (coarse, fine) in CIFAR-100
 */
record CifarRecords(String set, int labelBytes) {
  private static final Shape SHAPE = Shape.of(3, 32, 32);
  private static final int PIXELS = 3 * 32 * 32;

  Dataset read(List<Path> paths, List<String> classNames) {
    List<byte[]> pixels = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (Path path : paths) {
      read(path, classNames.size(), pixels, labels);
    }
    return InMemoryDataset.of(
        paths.get(0).toString(),
        SHAPE,
        pixels.toArray(byte[][]::new),
        labels.stream().mapToInt(Integer::intValue).toArray(),
        classNames);
  }

  private void read(Path path, int classes, List<byte[]> pixels, List<Integer> labels) {
    int size = labelBytes + PIXELS;
    try (DataFile file = DataFile.open(path)) {
      byte[] label = new byte[labelBytes];
      for (int record = 0; ; record++) {
        byte[] image = new byte[PIXELS];
        int count = file.read(label);
        count += count == labelBytes ? file.read(image) : 0;
        if (count == 0 && record > 0) {
          return;
        }
        if (count < size) {
          throw wrongSize(file, size);
        }
        int value = label[labelBytes - 1] & 0xFF;
        InMemoryDataset.checkLabel(path.toString(), record, value, classes);
        pixels.add(image);
        labels.add(value);
      }
    }
  }

  private DatasetException wrongSize(DataFile file, int size) {
    if (file.position() == 0) {
      return new DatasetException(file.path() + " is empty; fetch it again");
    }
    String other =
        file.position() % (3 - labelBytes + PIXELS) == 0
            ? "its size fits the other CIFAR set, " + (labelBytes == 1 ? "CIFAR-100" : "CIFAR-10")
            : "it is cut off or of another format";
    return new DatasetException(
        "%s has %d bytes, expected a multiple of %d, the record of %s; %s"
            .formatted(file.path(), file.position(), size, set, other));
  }

  /** The folder itself, or the one inside it that the published archive unpacks to. */
  static Path folder(Path folder, String archive) {
    DataFile.requireFolder(folder);
    Path inside = folder.resolve(archive);
    return Files.isDirectory(inside) ? inside : folder;
  }

  /** Class names from the file that comes with the data, one a line, or the published ones. */
  static List<String> classNames(Path file, List<String> published) {
    if (!Files.isRegularFile(file)) {
      return published;
    }
    List<String> names;
    try {
      names =
          Files.readAllLines(file).stream().map(String::strip).filter(n -> !n.isEmpty()).toList();
    } catch (IOException e) {
      throw new DatasetException("%s cannot be read (%s)".formatted(file, e), e);
    }
    if (names.size() != published.size()) {
      throw new DatasetException(
          "%s names %d classes, expected %d; correct or remove it"
              .formatted(file, names.size(), published.size()));
    }
    return names;
  }
}
