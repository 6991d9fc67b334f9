package dev.cambium.nd4j;

import dev.cambium.tensor.DType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The values of some images [n, C, positions] as a matrix [C, n positions], or one per group, as
 * the products with {@link Patches} need them. Of a single image they are that already; else they
 * stand in working memory behind the patches.
 */
final class ChannelMajor {
  private final DType dtype;
  private final Patches patches;
  private final long channels;

  /**
   * The values at the positions of the patches.
   *
   * @param dtype the element type
   * @param patches the patches, which have the first part of the working memory
   * @param channels C
   */
  ChannelMajor(DType dtype, Patches patches, long channels) {
    this.dtype = dtype;
    this.patches = patches;
    this.channels = channels;
  }

  /** The bytes of working memory of the patches and these values. */
  long scratchBytes() {
    long values = patches.chunk() == 1 ? 0 : patches.chunk() * channels * patches.positions();
    return Patches.aligned(patches.scratchBytes() + values * dtype.bytes());
  }

  /** Where to write the values of images n to n + count. */
  INDArray target(Nd4jBuffer values, long n, long count, Nd4jBuffer scratch) {
    long[] shape = patches.perGroup(channels / patches.groups(), count * patches.positions());
    long[] strides = Nd4jTypes.rowMajor(shape);
    return count == 1
        ? values.view(n * channels * patches.positions(), shape, strides)
        : scratch.scratch(dtype, first(), shape, strides);
  }

  /** Puts a number per channel into all of its values. */
  void spread(Nd4jBuffer numbers, INDArray target) {
    long[] shape = target.shape();
    long[] strides = new long[shape.length];
    strides[shape.length - 2] = 1;
    strides[0] = shape.length == 2 ? 1 : shape[1];
    Arithmetic.assign(numbers.view(0, shape, strides), target);
  }

  /** Brings what was written into {@link #target} to its place. */
  void keep(Nd4jBuffer values, long n, long count, Nd4jBuffer scratch) {
    if (count > 1) {
      Arithmetic.assign(byImage(count, scratch), inPlace(values, n, count));
    }
  }

  /** The values of images n to n + count for reading. */
  INDArray source(Nd4jBuffer values, long n, long count, Nd4jBuffer scratch) {
    if (count > 1) {
      Arithmetic.assign(inPlace(values, n, count), byImage(count, scratch));
    }
    return target(values, n, count, scratch);
  }

  private INDArray byImage(long count, Nd4jBuffer scratch) {
    long positions = patches.positions();
    long[] strides = {positions, count * positions, 1};
    return scratch.scratch(dtype, first(), new long[] {count, channels, positions}, strides);
  }

  private INDArray inPlace(Nd4jBuffer values, long n, long count) {
    long[] shape = {count, channels, patches.positions()};
    return values.view(n * channels * patches.positions(), shape, Nd4jTypes.rowMajor(shape));
  }

  private long first() {
    return patches.scratchBytes() / dtype.bytes();
  }
}
