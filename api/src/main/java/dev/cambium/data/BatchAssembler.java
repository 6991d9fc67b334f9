package dev.cambium.data;

import dev.cambium.image.Image;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Turns samples into a batch: copy, transform, preprocess, mix. Has no state of its own. */
final class BatchAssembler {
  private final Dataset dataset;
  private final SampleTransform transform;
  private final long transformSeed;
  private final Preprocessing preprocessing;
  private final BatchMixing mixing;
  private final Shape rawShape;
  private final Shape changedShape;
  private final Shape outputShape;
  private final int classes;

  /** {@code transform} and {@code mixing} may be null. */
  BatchAssembler(
      Dataset dataset,
      SampleTransform transform,
      long transformSeed,
      Preprocessing preprocessing,
      BatchMixing mixing) {
    this.dataset = dataset;
    this.transform = transform;
    this.transformSeed = transformSeed;
    this.preprocessing = preprocessing;
    this.mixing = mixing;
    this.rawShape = dataset.sampleShape();
    if (transform != null && rawShape.rank() != 3) {
      throw new IllegalArgumentException(
          "a transform needs images [C, H, W], got samples of shape " + rawShape);
    }
    this.changedShape = transform == null ? rawShape : transform.outputShape(rawShape);
    this.outputShape = preprocessing.outputShape(changedShape);
    this.classes = dataset.classNames().size();
    if (mixing != null) {
      mixing.transform().check(outputShape);
    }
  }

  /** Memory for a batch. */
  BatchSlot slot(int batchSize) {
    return new BatchSlot(batchSize, outputShape, mixing == null ? 0 : classes);
  }

  Shape outputShape() {
    return outputShape;
  }

  /**
   * Fills {@code slot} with the samples {@code indices}; gives up between two samples once {@code
   * stopped} says so.
   */
  Batch assemble(BatchSlot slot, int[] indices, int epoch, int position, BooleanSupplier stopped) {
    HostArray images = slot.images(indices.length);
    HostArray labels = slot.labels(indices.length);
    FloatBuffer imageValues = images.bytes().asFloatBuffer();
    IntBuffer labelValues = labels.bytes().asIntBuffer();
    int length = outputShape.intSize();
    float[] raw = new float[rawShape.intSize()];
    float[] result = new float[length];
    for (int i = 0; i < indices.length && !stopped.getAsBoolean(); i++) {
      int index = indices[i];
      try {
        int label = dataset.label(index);
        InMemoryDataset.checkLabel("the data set", index, label, classes);
        labelValues.put(i, label);
        dataset.copy(index, raw, 0);
        float[] changed = transform == null ? raw : change(raw, index, epoch);
        preprocessing.apply(changed, 0, result, 0, changedShape);
      } catch (RuntimeException e) {
        throw new DatasetException(
            "%s could not be loaded: %s".formatted(dataset.sampleName(index), e.getMessage()), e);
      }
      imageValues.put(i * length, result, 0, length);
    }
    if (mixing == null || stopped.getAsBoolean()) {
      return new Batch(images, labels, indices, epoch, position);
    }
    HostArray targets = slot.targets(indices.length);
    mixing.apply(images, labels, targets, epoch, position);
    return new Batch(images, labels, indices, epoch, position, Optional.of(targets));
  }

  private float[] change(float[] raw, int index, int epoch) {
    Image image = Image.of(rawShape.dim(0), rawShape.dim(1), rawShape.dim(2), raw);
    RandomStream random = new RandomStream(transformSeed, "transform/" + epoch + "/" + index);
    Image changed = transform.apply(image, random);
    Shape shape = Shape.of(changed.channels(), changed.height(), changed.width());
    if (!shape.equals(changedShape)) {
      throw new IllegalStateException(
          "the transform said that it gives %s and gave %s".formatted(changedShape, shape));
    }
    return changed.values();
  }
}
