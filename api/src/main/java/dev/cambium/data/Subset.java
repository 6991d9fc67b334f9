package dev.cambium.data;

import dev.cambium.tensor.Shape;
import java.util.List;
import java.util.Objects;

/** Some samples of another data set, in a given order. */
public final class Subset implements Dataset {
  private final Dataset base;
  private final int[] indices;

  /**
   * The samples {@code indices} of {@code base}.
   *
   * @throws IllegalArgumentException when an index is no sample of {@code base}
   */
  public Subset(Dataset base, int... indices) {
    this.base = Objects.requireNonNull(base, "base");
    this.indices = indices.clone();
    for (int index : indices) {
      if (index < 0 || index >= base.size()) {
        throw new IllegalArgumentException(
            "indices of a subset must be 0..%d, got %d".formatted(base.size() - 1, index));
      }
    }
  }

  /** The first {@code count} samples of {@code base}, all of them when it has fewer. */
  public static Subset first(Dataset base, int count) {
    int[] indices = new int[Math.min(count, base.size())];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = i;
    }
    return new Subset(base, indices);
  }

  @Override
  public int size() {
    return indices.length;
  }

  @Override
  public Shape sampleShape() {
    return base.sampleShape();
  }

  @Override
  public List<String> classNames() {
    return base.classNames();
  }

  @Override
  public int label(int index) {
    return base.label(indices[index]);
  }

  @Override
  public void copy(int index, float[] into, int offset) {
    base.copy(indices[index], into, offset);
  }

  @Override
  public String sampleName(int index) {
    return base.sampleName(indices[index]);
  }
}
