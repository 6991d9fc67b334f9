package dev.cambium.data;

import java.nio.file.Path;
import java.util.List;

/**
 * MNIST and the sets that come under its file names: {@code train-images-idx3-ubyte}, {@code
 * train-labels-idx1-ubyte}, {@code t10k-images-idx3-ubyte} and {@code t10k-labels-idx1-ubyte}, gzip
 * or not. Grey images, 28x28 in the original.
 *
 * @see <a href="https://yann.lecun.com/exdb/mnist/">Y. LeCun, C. Cortes, C. Burges: the MNIST
 *     database</a>
 * @see <a href="https://arxiv.org/abs/1708.07747">H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST</a>
 */
public final class Mnist {
  /** The classes of MNIST. */
  public static final List<String> DIGITS =
      List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

  /** The classes of Fashion-MNIST. */
  public static final List<String> FASHION =
      List.of(
          "T-shirt/top",
          "Trouser",
          "Pullover",
          "Dress",
          "Coat",
          "Sandal",
          "Shirt",
          "Sneaker",
          "Bag",
          "Ankle boot");

  private Mnist() {}

  /** Reads MNIST. */
  public static DataSplits open(Path folder) {
    return open("mnist:" + folder, folder, DIGITS);
  }

  /** Reads Fashion-MNIST, whose files have the names of MNIST's. */
  public static DataSplits openFashion(Path folder) {
    return open("fashion-mnist:" + folder, folder, FASHION);
  }

  private static DataSplits open(String name, Path folder, List<String> classNames) {
    DataFile.requireFolder(folder);
    return new DataSplits(
        name, split(folder, "train", classNames), split(folder, "t10k", classNames));
  }

  private static Dataset split(Path folder, String part, List<String> classNames) {
    Path images =
        DataFile.find(folder, List.of(part + "-images-idx3-ubyte", part + "-images.idx3-ubyte"));
    Path labels =
        DataFile.find(folder, List.of(part + "-labels-idx1-ubyte", part + "-labels.idx1-ubyte"));
    return Idx.read(images, labels, classNames);
  }
}
