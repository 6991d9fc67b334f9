package dev.cambium.data;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.nio.ByteBuffer;

/** Direct memory for one batch, used again and again. */
final class BatchSlot {
  private final Shape sampleShape;
  private final HostArray images;
  private final HostArray labels;
  private final HostArray targets;

  /** {@code softClasses} is 0 where there are no soft targets. */
  BatchSlot(int batchSize, Shape sampleShape, int softClasses) {
    this.sampleShape = sampleShape;
    this.images = HostArray.allocate(imagesType(batchSize, sampleShape));
    this.labels = HostArray.allocate(TensorType.of(DType.INT32, batchSize));
    this.targets = HostArray.allocate(TensorType.float32(batchSize, softClasses));
  }

  private static TensorType imagesType(int count, Shape sampleShape) {
    int[] dimensions = new int[sampleShape.rank() + 1];
    dimensions[0] = count;
    System.arraycopy(sampleShape.toArray(), 0, dimensions, 1, sampleShape.rank());
    return TensorType.of(DType.FLOAT32, dimensions);
  }

  HostArray images(int count) {
    return front(images, imagesType(count, sampleShape));
  }

  HostArray labels(int count) {
    return front(labels, TensorType.of(DType.INT32, count));
  }

  HostArray targets(int count) {
    return front(targets, TensorType.float32(count, targets.shape().dim(1)));
  }

  private static HostArray front(HostArray whole, TensorType type) {
    if (type.equals(whole.type())) {
      return whole;
    }
    ByteBuffer bytes = whole.bytes();
    bytes.limit(Math.toIntExact(type.bytes()));
    return HostArray.wrap(type, bytes);
  }
}
