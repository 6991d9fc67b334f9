package dev.cambium.cpu;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.cambium.op.Activation;
import dev.cambium.tensor.Shape;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/**
 * The descriptors of one fully connected layer and its gradients. An image keeps its four
 * dimensions and its channels-last order; the weights [O, C H W] are then filters as large as the
 * image, row-major, and packing them brings their columns into the image's order.
 */
final class LinearDescriptors {
  private final Descriptors descriptors;
  private final dnnl_memory_desc features;
  private final dnnl_memory_desc result;
  private final dnnl_memory_desc anyWeights;
  private final dnnl_memory_desc storedWeights;

  /**
   * Describes a fully connected layer.
   *
   * @param x [N, features...]
   * @param units O
   */
  LinearDescriptors(Descriptors descriptors, Shape x, int units) {
    this.descriptors = descriptors;
    Shape flat = x.rank() == 4 ? x : Shape.of(x.dim(0), Math.toIntExact(x.size(1, x.rank())));
    features = descriptors.stored(flat);
    result = descriptors.stored(Shape.of(x.dim(0), units));
    anyWeights = descriptors.any(flat.with(0, units));
    storedWeights = descriptors.rowMajor(flat.with(0, units));
  }

  /** The weights as the backend stores them: row-major. */
  dnnl_memory_desc storedWeights() {
    return storedWeights;
  }

  /** The layer; {@code bias} may be null. */
  dnnl_primitive_desc forward(dnnl_memory_desc bias, Activation activation) {
    dnnl_primitive_desc made = new dnnl_primitive_desc();
    return descriptors.own(
        "an inner product",
        made,
        dnnl_inner_product_forward_primitive_desc_create(
            made,
            descriptors.engine(),
            dnnl_forward_training,
            features,
            anyWeights,
            bias,
            result,
            descriptors.attributes(activation)));
  }

  /** Its gradient with respect to the features. */
  dnnl_primitive_desc backwardData() {
    dnnl_primitive_desc made = new dnnl_primitive_desc();
    return descriptors.own(
        "an inner product's gradient by its input",
        made,
        dnnl_inner_product_backward_data_primitive_desc_create(
            made,
            descriptors.engine(),
            features,
            anyWeights,
            result,
            forward(null, Activation.NONE),
            descriptors.attributes()));
  }

  /** Its gradient with respect to the weights and the bias, which may be null. */
  dnnl_primitive_desc backwardWeights(dnnl_memory_desc bias) {
    dnnl_primitive_desc made = new dnnl_primitive_desc();
    return descriptors.own(
        "an inner product's gradient by its weights",
        made,
        dnnl_inner_product_backward_weights_primitive_desc_create(
            made,
            descriptors.engine(),
            features,
            anyWeights,
            bias,
            result,
            forward(bias, Activation.NONE),
            descriptors.attributes()));
  }
}
