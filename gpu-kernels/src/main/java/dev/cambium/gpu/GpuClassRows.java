package dev.cambium.gpu;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;

/**
 * Rows of scores that lie side by side: the rows of [N, C], and, as images lie channels-last, the
 * pixels of [N, C, H, W]. A lane has a row of few classes, a group one of many.
 *
 * @param lanes how groups are launched
 * @param dtype the scores' element type
 * @param rows their number
 * @param classes C
 */
record GpuClassRows(GpuLanes lanes, DType dtype, long rows, int classes) {
  private static final int FEW = 32;
  private static final long SCORES_OF_ONE_GROUP = 16384;
  private static final long MOST_GROUPS = 1024;

  /** The rows of scores of this type. */
  static GpuClassRows of(GpuPlatform gpu, ValueType scores) {
    TensorType type = (TensorType) scores;
    Shape shape = type.shape();
    int classes = shape.dim(1);
    return new GpuClassRows(GpuLanes.of(gpu), type.dtype(), shape.size() / classes, classes);
  }

  /** The name of a kernel's form for so many classes. */
  String function(String name) {
    return name + (classes <= FEW ? "_few" : "_many");
  }

  /** The groups that have a row for each lane, or one for all. */
  long groups() {
    return classes <= FEW ? Grid.groups(rows, GpuLanes.COUNT) : rows;
  }

  /** The groups that take the rows in turn and each leave something: one where that is enough. */
  long groupsInTurn() {
    return rows * classes <= SCORES_OF_ONE_GROUP ? 1 : Math.min(MOST_GROUPS, groups());
  }
}
