package dev.cambium.data;

import dev.cambium.tensor.Shape;
import java.util.List;
import java.util.Objects;

/**
 * The samples of another data set, preprocessed each time that they are read: what the second step
 * of {@link Preprocessing#andThen} is fitted on.
 */
public final class PreprocessedDataset implements Dataset {
  private final Dataset base;
  private final Preprocessing preprocessing;
  private final Shape sampleShape;

  /**
   * What {@code preprocessing} makes of the samples of {@code base}.
   *
   * @throws IllegalArgumentException when the samples do not fit its statistics
   */
  public PreprocessedDataset(Dataset base, Preprocessing preprocessing) {
    this.base = Objects.requireNonNull(base, "base");
    this.preprocessing = Objects.requireNonNull(preprocessing, "preprocessing");
    this.sampleShape = preprocessing.outputShape(base.sampleShape());
  }

  @Override
  public int size() {
    return base.size();
  }

  @Override
  public Shape sampleShape() {
    return sampleShape;
  }

  @Override
  public List<String> classNames() {
    return base.classNames();
  }

  @Override
  public int label(int index) {
    return base.label(index);
  }

  @Override
  public void copy(int index, float[] into, int offset) {
    float[] sample = new float[base.sampleShape().intSize()];
    base.copy(index, sample, 0);
    preprocessing.apply(sample, 0, into, offset, base.sampleShape());
  }

  @Override
  public String sampleName(int index) {
    return base.sampleName(index);
  }
}
