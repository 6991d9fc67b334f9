package dev.cambium.data;

import dev.cambium.image.ImageHeader;
import dev.cambium.image.UnreadableImageException;
import dev.cambium.tensor.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Pictures in one folder per class, the folder's name being the class. PNG, JPEG and BMP files are
 * read, at any depth below the class folder; names that start with a dot and other files are passed
 * over. Classes and files are sorted by name, so that every machine sees the same order. Where the
 * folder has {@code train} and {@code test} inside, each with folders per class, these are the two
 * parts; else a fifth of each class, the same in every run, is the test part.
 *
 * <p>All pictures come in one size: that which {@link #resize} names, else their own, which must
 * then agree. They are grey if all of them are, else in colour. As many as fit are decoded once and
 * kept; beyond that pictures are decoded each time they are read.
 *
 * @param root the folder
 * @param height rows that each picture is brought to, 0 to take them as they are
 * @param width columns that each picture is brought to, 0 to take them as they are
 * @param channels 1 or 3, or 0 to let the pictures decide
 * @param memory bytes of pixels to keep decoded, at most
 */
public record ImageFolder(Path root, int height, int width, int channels, long memory) {
  private static final double TEST_SHARE = 0.2;
  private static final long TEST_SEED = 0;
  private static final List<String> ENDINGS = List.of(".png", ".jpg", ".jpeg", ".bmp");

  /** Checks the settings. */
  public ImageFolder {
    Objects.requireNonNull(root, "root");
    if (height < 0 || width < 0 || (height == 0) != (width == 0)) {
      throw new IllegalArgumentException(
          "pictures can be resized to at least 1x1, got " + height + "x" + width);
    }
    if (channels != 0 && channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          "channels of pictures must be 1 or 3, or 0 to let them decide, got " + channels);
    }
  }

  /** The pictures below {@code root} as they are, keeping up to half of the heap's limit. */
  public static ImageFolder of(Path root) {
    return new ImageFolder(root, 0, 0, 0, Runtime.getRuntime().maxMemory() / 2);
  }

  /** Each picture scaled to cover this size, what overlaps being cut off at both sides alike. */
  public ImageFolder resize(int newHeight, int newWidth) {
    return new ImageFolder(root, newHeight, newWidth, channels, memory);
  }

  /** Each picture in grey (1) or in colour (3). */
  public ImageFolder channels(int wanted) {
    return new ImageFolder(root, height, width, wanted, memory);
  }

  /** With another limit for decoded pixels, in bytes. */
  public ImageFolder memory(long bytes) {
    return new ImageFolder(root, height, width, channels, bytes);
  }

  /**
   * Lists the folders, checks every picture, and decodes as many as fit into memory.
   *
   * @throws DatasetException when there are fewer than two classes, a class has no picture, a
   *     picture is unreadable, or sizes differ and none was given
   */
  public DataSplits open() {
    DataFile.requireFolder(root);
    String name = "images:" + root + (height > 0 ? "@" + height + "x" + width : "");
    Path trainFolder = root.resolve("train");
    Path testFolder = root.resolve("test");
    if (Files.isDirectory(trainFolder) && Files.isDirectory(testFolder)) {
      List<String> classes = classes(trainFolder);
      requireKnown(testFolder, classes);
      Listing train = list(trainFolder, classes, true);
      Listing test = list(testFolder, classes, false);
      Shape shape = shape(Stream.concat(train.files.stream(), test.files.stream()).toList());
      long share = memory / 2;
      return new DataSplits(
          name, pictures(train, classes, shape, share), pictures(test, classes, shape, share));
    }
    List<String> classes = classes(root);
    Listing all = list(root, classes, true);
    Dataset whole = pictures(all, classes, shape(all.files), memory);
    ValidationSplit split = ValidationSplit.of(whole, TEST_SHARE, TEST_SEED);
    return new DataSplits(name, split.train(), split.validation());
  }

  private record Listing(List<Path> files, List<Integer> labels) {}

  private static List<String> folders(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(Files::isDirectory)
          .map(path -> path.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new DatasetException("%s cannot be listed (%s)".formatted(folder, e), e);
    }
  }

  private static List<String> classes(Path folder) {
    List<String> classes = folders(folder);
    if (classes.size() < 2) {
      throw new DatasetException(
          ("%s has %s, expected one folder for each of two or more classes, each with the pictures"
                  + " of that class")
              .formatted(
                  folder,
                  classes.isEmpty() ? "no folders inside" : "only the folder " + classes.get(0)));
    }
    return classes;
  }

  private static void requireKnown(Path testFolder, List<String> classes) {
    for (String name : folders(testFolder)) {
      if (!classes.contains(name)) {
        throw new DatasetException(
            "%s has the class %s, which the training pictures lack; they have %s"
                .formatted(testFolder, name, String.join(", ", classes)));
      }
    }
  }

  private static Listing list(Path folder, List<String> classes, boolean everyClass) {
    List<Path> files = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int c = 0; c < classes.size(); c++) {
      Path classFolder = folder.resolve(classes.get(c));
      List<Path> found = Files.isDirectory(classFolder) ? pictureFiles(classFolder) : List.of();
      if (found.isEmpty() && everyClass) {
        throw new DatasetException(
            "class folder %s has no PNG, JPEG or BMP pictures; add some or remove the folder"
                .formatted(classFolder));
      }
      for (Path file : found) {
        files.add(file);
        labels.add(c);
      }
    }
    if (files.isEmpty()) {
      throw new DatasetException(folder + " has no PNG, JPEG or BMP pictures; add some");
    }
    return new Listing(files, labels);
  }

  private static List<Path> pictureFiles(Path folder) {
    try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return files
          .filter(ImageFolder::isPicture)
          .sorted(
              Comparator.comparing(file -> folder.relativize(file).toString().replace('\\', '/')))
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new DatasetException("%s cannot be listed (%s)".formatted(folder, e), e);
    }
  }

  private static boolean isPicture(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return !name.startsWith(".")
        && ENDINGS.stream().anyMatch(name::endsWith)
        && Files.isRegularFile(file);
  }

  /** The shape of all samples, from the settings and, where these leave it open, the headers. */
  private Shape shape(List<Path> files) {
    if (height > 0 && channels > 0) {
      return Shape.of(channels, height, width);
    }
    ImageHeader[] headers = new ImageHeader[files.size()];
    IntStream.range(0, headers.length)
        .parallel()
        .forEach(i -> headers[i] = checked(() -> ImageHeader.read(files.get(i))));
    int planes = 1;
    for (int i = 0; i < headers.length; i++) {
      planes = Math.max(planes, headers[i].channels());
      if (height == 0
          && (headers[i].height() != headers[0].height()
              || headers[i].width() != headers[0].width())) {
        throw new DatasetException(
            "pictures differ in size: %s has %dx%d, %s has %dx%d; resize them all, as in %s"
                .formatted(
                    files.get(0),
                    headers[0].height(),
                    headers[0].width(),
                    files.get(i),
                    headers[i].height(),
                    headers[i].width(),
                    "images:" + root + "@64x64"));
      }
    }
    return Shape.of(
        channels > 0 ? channels : planes,
        height > 0 ? height : headers[0].height(),
        width > 0 ? width : headers[0].width());
  }

  private static Dataset pictures(Listing listing, List<String> classes, Shape shape, long memory) {
    int[] labels = listing.labels.stream().mapToInt(Integer::intValue).toArray();
    return checked(() -> PictureDataset.open(listing.files, labels, classes, shape, memory));
  }

  private static <T> T checked(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (UnreadableImageException e) {
      throw new DatasetException(e.getMessage(), e);
    }
  }
}
