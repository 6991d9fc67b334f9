package dev.cambium.cpu;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.cambium.op.Activation;
import dev.cambium.op.ConvolutionGeometry;
import dev.cambium.spi.ChannelsLast;
import dev.cambium.tensor.Shape;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/**
 * The descriptors of one convolution and its gradients. Images lie as this backend stores them, the
 * filter as each primitive likes it. Filters with groups get a dimension of their own for them; in
 * memory that is the same as O,H,W,I.
 */
final class ConvolutionDescriptors {
  private final Descriptors descriptors;
  private final dnnl_memory_desc image;
  private final dnnl_memory_desc result;
  private final dnnl_memory_desc anyFilter;
  private final dnnl_memory_desc storedFilter;
  private final long[] strides;
  private final long[] dilations;
  private final long[] paddingBefore;
  private final long[] paddingAfter;

  /**
   * Describes a convolution.
   *
   * @param x [N, C, H, W]
   * @param w [O, C/groups, kH, kW]
   * @param y [N, O, oH, oW]
   */
  ConvolutionDescriptors(
      Descriptors descriptors, ConvolutionGeometry geometry, Shape x, Shape w, Shape y) {
    this.descriptors = descriptors;
    image = descriptors.stored(x);
    result = descriptors.stored(y);
    if (geometry.groups() == 1) {
      anyFilter = descriptors.any(w);
      storedFilter = descriptors.stored(w);
    } else {
      long groups = geometry.groups();
      long[] dims = {groups, w.dim(0) / groups, w.dim(1), w.dim(2), w.dim(3)};
      long[] s = ChannelsLast.strides(w);
      anyFilter = descriptors.any(dims);
      storedFilter = descriptors.strided(dims, new long[] {s[0] * dims[1], s[0], s[1], s[2], s[3]});
    }
    strides = new long[] {geometry.stride().height(), geometry.stride().width()};
    // oneDNN counts the taps left out: 0 is dense.
    dilations = new long[] {geometry.dilation().height() - 1L, geometry.dilation().width() - 1L};
    paddingBefore = new long[] {geometry.padding().top(), geometry.padding().left()};
    paddingAfter = new long[] {geometry.padding().bottom(), geometry.padding().right()};
  }

  /** The filter as the backend stores it. */
  dnnl_memory_desc storedFilter() {
    return storedFilter;
  }

  /** The convolution; {@code bias} may be null. */
  dnnl_primitive_desc forward(dnnl_memory_desc bias, Activation activation) {
    dnnl_primitive_desc made = new dnnl_primitive_desc();
    return descriptors.own(
        "a convolution",
        made,
        dnnl_convolution_forward_primitive_desc_create(
            made,
            descriptors.engine(),
            dnnl_forward_training,
            dnnl_convolution_direct,
            image,
            anyFilter,
            bias,
            result,
            strides,
            dilations,
            paddingBefore,
            paddingAfter,
            descriptors.attributes(activation)));
  }

  /** Its gradient with respect to the image. */
  dnnl_primitive_desc backwardData() {
    dnnl_primitive_desc made = new dnnl_primitive_desc();
    return descriptors.own(
        "a convolution's gradient by its input",
        made,
        dnnl_convolution_backward_data_primitive_desc_create(
            made,
            descriptors.engine(),
            dnnl_convolution_direct,
            image,
            anyFilter,
            result,
            strides,
            dilations,
            paddingBefore,
            paddingAfter,
            forward(null, Activation.NONE),
            descriptors.attributes()));
  }

  /** Its gradient with respect to the filter and the bias, which may be null. */
  dnnl_primitive_desc backwardWeights(dnnl_memory_desc bias) {
    dnnl_primitive_desc made = new dnnl_primitive_desc();
    return descriptors.own(
        "a convolution's gradient by its weights",
        made,
        dnnl_convolution_backward_weights_primitive_desc_create(
            made,
            descriptors.engine(),
            dnnl_convolution_direct,
            image,
            anyFilter,
            bias,
            result,
            strides,
            dilations,
            paddingBefore,
            paddingAfter,
            forward(bias, Activation.NONE),
            descriptors.attributes()));
  }
}
