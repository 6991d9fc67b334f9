package dev.cambium.data;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Opens data sets by the short forms that the command line takes.
 *
 * <table>
 * <caption>Forms</caption>
 * <tr><td>{@code digits}</td><td>built in: digits drawn from strokes, made from the seed</td></tr>
 * <tr><td>{@code mnist:DIR}, {@code fashion-mnist:DIR}</td><td>IDX files</td></tr>
 * <tr><td>{@code cifar10:DIR}, {@code cifar100:DIR}</td><td>the binary versions</td></tr>
 * <tr><td>{@code images:DIR}, {@code images:DIR@HxW}</td><td>a folder of pictures per class,
 * brought to H rows and W columns where given</td></tr>
 * </table>
 */
public final class Datasets {
  private static final String FORMS =
      "digits, mnist:DIR, fashion-mnist:DIR, cifar10:DIR, cifar100:DIR, images:DIR, images:DIR@HxW";

  private static final Pattern SIZED = Pattern.compile("(.+)@(\\d{1,5})x(\\d{1,5})");

  private Datasets() {}

  /**
   * Opens a data set.
   *
   * @param form one of the forms above
   * @param seed what {@code digits} are drawn from; the others do not depend on it
   * @throws IllegalArgumentException when the form is not one of the above
   * @throws DatasetException when the data are missing or damaged
   */
  public static DataSplits open(String form, long seed) {
    int colon = form.indexOf(':');
    String kind = colon < 0 ? form : form.substring(0, colon);
    String folder = colon < 0 ? "" : form.substring(colon + 1);
    if (kind.equals("digits") && colon < 0) {
      return Digits.open(seed);
    }
    if (folder.isEmpty()) {
      throw unknown(form);
    }
    return switch (kind) {
      case "mnist" -> Mnist.open(Path.of(folder));
      case "fashion-mnist" -> Mnist.openFashion(Path.of(folder));
      case "cifar10" -> Cifar10.open(Path.of(folder));
      case "cifar100" -> Cifar100.open(Path.of(folder));
      case "images" -> images(folder);
      default -> throw unknown(form);
    };
  }

  private static DataSplits images(String folder) {
    Matcher sized = SIZED.matcher(folder);
    if (sized.matches()) {
      int height = Integer.parseInt(sized.group(2));
      int width = Integer.parseInt(sized.group(3));
      if (height == 0 || width == 0) {
        throw new IllegalArgumentException(
            "pictures can be resized to at least 1x1, got " + height + "x" + width);
      }
      return ImageFolder.of(Path.of(sized.group(1))).resize(height, width).open();
    }
    return ImageFolder.of(Path.of(folder)).open();
  }

  private static IllegalArgumentException unknown(String form) {
    return new IllegalArgumentException(
        "unknown data set \"%s\"; the forms are: %s".formatted(form, FORMS));
  }
}
