package dev.cambium.train;

import dev.cambium.data.Dataset;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.List;

/**
 * Small images of three classes, each brighter in another corner: learned in seconds on any
 * backend.
 */
record Blobs(int size, long seed) implements Dataset {
  static final Shape SAMPLE = Shape.of(1, 6, 6);
  static final List<String> CLASSES = List.of("top left", "top right", "bottom left");

  @Override
  public Shape sampleShape() {
    return SAMPLE;
  }

  @Override
  public List<String> classNames() {
    return CLASSES;
  }

  @Override
  public int label(int index) {
    return index % 3;
  }

  @Override
  public void copy(int index, float[] into, int offset) {
    RandomStream random = new RandomStream(seed, "blob/" + index);
    int row = label(index) == 2 ? 3 : 0;
    int column = label(index) == 1 ? 3 : 0;
    for (int i = 0; i < 36; i++) {
      boolean bright = i / 6 >= row && i / 6 < row + 3 && i % 6 >= column && i % 6 < column + 3;
      into[offset + i] = (float) ((bright ? 0.7 : 0.2) + 0.15 * random.nextGaussian());
    }
  }
}
