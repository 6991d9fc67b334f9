package dev.cambium.examples;

import dev.cambium.data.DataLoader;
import dev.cambium.data.DataSplits;
import dev.cambium.data.Dataset;
import dev.cambium.data.Datasets;
import dev.cambium.data.Subset;
import dev.cambium.image.Image;
import dev.cambium.image.ImageGrid;
import dev.cambium.runtime.AtomicFile;
import dev.cambium.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Shows what augmentation does to one picture: a row for each step on its own and one for all
 * together, with the picture itself at the left.
 */
@Command(
    name = "augment",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Draws a picture of what augmentation does to one training image.")
final class AugmentCommand implements Callable<Integer> {
  /** Pictures are magnified to about so many pixels. */
  private static final int SIDE = 96;

  private static final int MOST_VARIANTS = 100;

  /** As many images are there to be mixed with. */
  private static final int BATCH = 8;

  @Option(
      names = "--data",
      paramLabel = "D",
      defaultValue = "digits",
      description = "as for train; default: ${DEFAULT-VALUE}")
  private String data;

  @Option(names = "--out", paramLabel = "FILE.png", required = true, description = "the picture")
  private Path out;

  @Option(
      names = "--augment",
      paramLabel = "LIST",
      defaultValue = "flip,crop:4,colour:0.4",
      description = "steps, as for train; default: ${DEFAULT-VALUE}")
  private String augment;

  @Option(
      names = "--image",
      paramLabel = "N",
      defaultValue = "0",
      description = "which training image; default: ${DEFAULT-VALUE}")
  private int index;

  @Option(
      names = "--variants",
      paramLabel = "N",
      defaultValue = "8",
      description = "how many of each, up to 100; default: ${DEFAULT-VALUE}")
  private int variants;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "decides them all; default: ${DEFAULT-VALUE}")
  private long seed;

  private final Console console;

  AugmentCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (variants < 1 || variants > MOST_VARIANTS) {
      throw new IllegalArgumentException(
          "--variants must be 1 to %d, got %d".formatted(MOST_VARIANTS, variants));
    }
    Augmentation all = new Augmentation(augment);
    DataSplits splits = Datasets.open(data, seed);
    Dataset train = splits.train();
    if (index < 0 || index >= train.size()) {
      throw new IllegalArgumentException(
          "--image must be 0 to %d, got %d".formatted(train.size() - 1, index));
    }
    List<Augmentation> rows = new ArrayList<>(all.steps().stream().map(Augmentation::new).toList());
    if (rows.size() != 1) {
      rows.add(all);
    }
    List<Image> pictures = new ArrayList<>();
    for (Augmentation row : rows) {
      pictures.add(train.image(index));
      pictures.addAll(variants(row, train));
    }
    Image first = pictures.get(0);
    int zoom = Math.max(1, SIDE / Math.max(first.height(), first.width()));
    Image picture = ImageGrid.ofColumns(variants + 1).zoom(zoom).draw(pictures);
    AtomicFile.write(out, picture.toPng());
    for (int i = 0; i < rows.size(); i++) {
      console.remark("row %d: %s".formatted(i + 1, rows.get(i).form()));
    }
    console.result("%s: %s of %s".formatted(out, train.sampleName(index), splits.name()));
    return 0;
  }

  /** What the first image of a batch looks like in so many epochs, as a training would see it. */
  private List<Image> variants(Augmentation augmentation, Dataset train) {
    int[] batch = new int[Math.min(BATCH, train.size())];
    Arrays.setAll(batch, i -> (index + i) % train.size());
    DataLoader.Builder builder =
        DataLoader.builder(new Subset(train, batch), batch.length).threads(0);
    augmentation.transform(train).ifPresent(change -> builder.transform(change, seed));
    augmentation.mix().ifPresent(mix -> builder.mix(mix, seed));
    List<Image> pictures = new ArrayList<>();
    try (DataLoader loader = builder.build()) {
      Shape shape = loader.sampleShape();
      for (int epoch = 0; epoch < variants; epoch++) {
        float[] pixels = new float[shape.intSize()];
        loader.epoch(epoch).next().images().bytes().asFloatBuffer().get(pixels);
        Image picture = Image.of(shape.dim(0), shape.dim(1), shape.dim(2), pixels);
        pictures.add(picture.resize(train.sampleShape().dim(1), train.sampleShape().dim(2)));
      }
    }
    return pictures;
  }
}
