package dev.cambium.cpu;

import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_linear;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_logistic;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_logistic_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_tanh;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_tanh_use_dst_for_bwd;

import dev.cambium.op.Activation;

/**
 * An activation as oneDNN's elementwise algorithm.
 *
 * @param forward the algorithm
 * @param backward the one whose derivative reads the output
 * @param alpha its parameter: the slope of a leaky ReLU, the factor of the identity
 */
record Eltwise(int forward, int backward, float alpha) {
  static Eltwise of(Activation activation) {
    if (activation instanceof Activation.Relu) {
      return new Eltwise(dnnl_eltwise_relu, dnnl_eltwise_relu_use_dst_for_bwd, 0);
    }
    if (activation instanceof Activation.LeakyRelu leaky) {
      float slope = (float) leaky.slope();
      return new Eltwise(dnnl_eltwise_relu, dnnl_eltwise_relu_use_dst_for_bwd, slope);
    }
    if (activation instanceof Activation.Tanh) {
      return new Eltwise(dnnl_eltwise_tanh, dnnl_eltwise_tanh_use_dst_for_bwd, 0);
    }
    if (activation instanceof Activation.Sigmoid) {
      return new Eltwise(dnnl_eltwise_logistic, dnnl_eltwise_logistic_use_dst_for_bwd, 0);
    }
    return new Eltwise(dnnl_eltwise_linear, dnnl_eltwise_linear, 1);
  }
}
