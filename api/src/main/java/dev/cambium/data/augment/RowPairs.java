package dev.cambium.data.augment;

import dev.cambium.tensor.HostArray;
import java.nio.FloatBuffer;

/** The rows of a FLOAT32 array {@code [N, ...]}, each with the one before it. */
final class RowPairs {
  /** Changes a row. */
  @FunctionalInterface
  interface Change {
    /**
     * Changes {@code row} in place.
     *
     * @param before the row before it as it was; not to be changed
     */
    void apply(float[] row, float[] before);
  }

  private RowPairs() {}

  /**
   * Applies {@code change} to each row with the one before it, and to the first with the last:
   * every partner is as it was before the first change.
   */
  static void change(HostArray rows, Change change) {
    int count = rows.shape().dim(0);
    int length = rows.shape().intSize() / count;
    FloatBuffer values = rows.bytes().asFloatBuffer();
    float[] row = new float[length];
    float[] before = new float[length];
    float[] last = new float[length];
    values.get((count - 1) * length, last);
    System.arraycopy(last, 0, row, 0, length);
    for (int i = count - 1; i > 0; i--) {
      values.get((i - 1) * length, before);
      change.apply(row, before);
      values.put(i * length, row);
      float[] next = before;
      before = row;
      row = next;
    }
    change.apply(row, last);
    values.put(0, row);
  }

  /** Every row becomes {@code lambda} of itself and the rest of the one before it. */
  static void mix(HostArray rows, double lambda) {
    float own = (float) lambda;
    float other = (float) (1 - lambda);
    change(
        rows,
        (row, before) -> {
          for (int i = 0; i < row.length; i++) {
            row[i] = own * row[i] + other * before[i];
          }
        });
  }
}
