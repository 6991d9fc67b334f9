package dev.cambium.data;

import java.nio.file.Path;
import java.util.List;

/**
 * CIFAR-100 in its binary version: {@code train.bin} and {@code test.bin}, gzip or not, in the
 * folder or in {@code cifar-100-binary} inside it. A record is a coarse label, a fine label, and
 * 32x32 pixels in planes R, G, B; the fine label is the class.
 *
 * @see <a href="https://www.cs.toronto.edu/~kriz/cifar.html">A. Krizhevsky: CIFAR-100</a>
 */
public final class Cifar100 {
  /** The 100 fine classes, in the order of the labels, which is alphabetical. */
  public static final List<String> CLASSES =
      List.of(
          ("apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus"
                  + " butterfly camel can castle caterpillar cattle chair chimpanzee clock cloud"
                  + " cockroach couch crab crocodile cup dinosaur dolphin elephant flatfish forest"
                  + " fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard"
                  + " lobster man maple_tree motorcycle mountain mouse mushroom oak_tree orange"
                  + " orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy"
                  + " porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew"
                  + " skunk skyscraper snail snake spider squirrel streetcar sunflower"
                  + " sweet_pepper table tank telephone television tiger tractor train trout tulip"
                  + " turtle wardrobe whale willow_tree wolf woman worm")
              .split(" "));

  private Cifar100() {}

  /**
   * Reads the training and the test file.
   *
   * @throws DatasetException when files are missing, damaged, or no multiple of the record, or a
   *     label is out of range
   */
  public static DataSplits open(Path folder) {
    Path inside = CifarRecords.folder(folder, "cifar-100-binary");
    Path train = DataFile.find(inside, List.of("train.bin"));
    Path test = DataFile.find(inside, List.of("test.bin"));
    List<String> classes = CifarRecords.classNames(inside.resolve("fine_label_names.txt"), CLASSES);
    CifarRecords records = new CifarRecords("CIFAR-100", 2);
    return new DataSplits(
        "cifar100:" + folder,
        records.read(List.of(train), classes),
        records.read(List.of(test), classes));
  }
}
