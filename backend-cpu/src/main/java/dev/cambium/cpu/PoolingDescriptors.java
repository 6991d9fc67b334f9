package dev.cambium.cpu;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.cambium.op.Window2d;
import dev.cambium.tensor.Shape;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/** The descriptors of one pooling and its gradient, for images as this backend stores them. */
final class PoolingDescriptors {
  private static final long[] DENSE = {0, 0};

  private final Descriptors descriptors;
  private final int algorithm;
  private final dnnl_memory_desc image;
  private final dnnl_memory_desc result;
  private final long[] kernel;
  private final long[] strides;
  private final long[] paddingBefore;
  private final long[] paddingAfter;

  /**
   * Describes a pooling.
   *
   * @param algorithm oneDNN's number of it
   * @param x [N, C, H, W]
   */
  PoolingDescriptors(Descriptors descriptors, int algorithm, Window2d window, Shape x) {
    this.descriptors = descriptors;
    this.algorithm = algorithm;
    image = descriptors.stored(x);
    result = descriptors.stored(window.output(x));
    kernel = new long[] {window.kernel().height(), window.kernel().width()};
    strides = new long[] {window.stride().height(), window.stride().width()};
    paddingBefore = new long[] {window.padding().top(), window.padding().left()};
    paddingAfter = new long[] {window.padding().bottom(), window.padding().right()};
  }

  /** The pooling; max pooling gives a workspace with the chosen pixels. */
  dnnl_primitive_desc forward() {
    dnnl_primitive_desc made = new dnnl_primitive_desc();
    return descriptors.own(
        "a pooling",
        made,
        dnnl_pooling_forward_primitive_desc_create(
            made,
            descriptors.engine(),
            dnnl_forward_training,
            algorithm,
            image,
            result,
            strides,
            kernel,
            DENSE,
            paddingBefore,
            paddingAfter,
            descriptors.attributes()));
  }

  /** Its gradient. */
  dnnl_primitive_desc backward(dnnl_primitive_desc forward) {
    dnnl_primitive_desc made = new dnnl_primitive_desc();
    return descriptors.own(
        "a pooling's gradient",
        made,
        dnnl_pooling_backward_primitive_desc_create(
            made,
            descriptors.engine(),
            algorithm,
            image,
            result,
            strides,
            kernel,
            DENSE,
            paddingBefore,
            paddingAfter,
            forward,
            descriptors.attributes()));
  }
}
