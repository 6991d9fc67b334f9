package dev.cambium.data;

import dev.cambium.image.Image;
import dev.cambium.tensor.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Picture files as samples of one shape. Every file is decoded once when the data set is opened, so
 * that a damaged one is known before training starts; the first ones, as far as memory is allowed,
 * stay decoded.
 */
final class PictureDataset implements Dataset {
  private final List<Path> files;
  private final int[] labels;
  private final List<String> classNames;
  private final Shape sampleShape;
  private final byte[][] decoded;

  private PictureDataset(
      List<Path> files, int[] labels, List<String> classNames, Shape sampleShape, int kept) {
    this.files = files;
    this.labels = labels;
    this.classNames = classNames;
    this.sampleShape = sampleShape;
    this.decoded = new byte[kept][];
  }

  static PictureDataset open(
      List<Path> files, int[] labels, List<String> classNames, Shape sampleShape, long memory) {
    int kept = (int) Math.min(files.size(), memory / sampleShape.size());
    PictureDataset data = new PictureDataset(files, labels, classNames, sampleShape, kept);
    IntStream.range(0, files.size())
        .parallel()
        .forEach(
            i -> {
              Image image = data.decode(i);
              if (i < kept) {
                data.decoded[i] = image.toBytes();
              }
            });
    return data;
  }

  private Image decode(int index) {
    return Image.read(files.get(index))
        .withChannels(sampleShape.dim(0))
        .cover(sampleShape.dim(1), sampleShape.dim(2));
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public Shape sampleShape() {
    return sampleShape;
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public void copy(int index, float[] into, int offset) {
    byte[] levels = index < decoded.length ? decoded[index] : decode(index).toBytes();
    for (int i = 0; i < levels.length; i++) {
      into[offset + i] = (levels[i] & 0xFF) / 255f;
    }
  }

  @Override
  public String sampleName(int index) {
    return files.get(index).toString();
  }
}
