package dev.cambium.cpu;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.cambium.tensor.Shape;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/**
 * The descriptors of one batch normalisation and its gradient. Features [N, C] are images of one
 * pixel.
 */
final class BatchNormDescriptors {
  private final Descriptors descriptors;
  private final dnnl_memory_desc image;
  private final float epsilon;

  BatchNormDescriptors(Descriptors descriptors, Shape x, double epsilon) {
    this.descriptors = descriptors;
    this.image = descriptors.stored(x.rank() == 4 ? x : Shape.of(x.dim(0), x.dim(1), 1, 1));
    this.epsilon = (float) epsilon;
  }

  /** x and y as they lie in memory. */
  dnnl_memory_desc image() {
    return image;
  }

  /** The flags of a normalisation with scale and shift. */
  static int flags(boolean fusedRelu) {
    return dnnl_use_scale | dnnl_use_shift | (fusedRelu ? dnnl_fuse_norm_relu : 0);
  }

  /** With the batch's statistics, or with given ones. */
  dnnl_primitive_desc forward(boolean training, int flags) {
    dnnl_primitive_desc made = new dnnl_primitive_desc();
    return descriptors.own(
        "a batch normalisation",
        made,
        dnnl_batch_normalization_forward_primitive_desc_create(
            made,
            descriptors.engine(),
            training ? dnnl_forward_training : dnnl_forward_inference,
            image,
            image,
            epsilon,
            flags,
            descriptors.attributes()));
  }

  /** The gradient of the one with the batch's statistics. */
  dnnl_primitive_desc backward(int flags) {
    dnnl_primitive_desc made = new dnnl_primitive_desc();
    return descriptors.own(
        "a batch normalisation's gradient",
        made,
        dnnl_batch_normalization_backward_primitive_desc_create(
            made,
            descriptors.engine(),
            dnnl_backward,
            image,
            image,
            image,
            epsilon,
            flags,
            forward(true, flags),
            descriptors.attributes()));
  }
}
