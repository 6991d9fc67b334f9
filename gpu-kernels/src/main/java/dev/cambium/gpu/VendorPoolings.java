package dev.cambium.gpu;

import dev.cambium.op.AveragePooling;
import dev.cambium.op.AveragePoolingBackward;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** Average pooling by a library of the device's maker where it is chosen. */
final class VendorPoolings {
  private VendorPoolings() {}

  static Prepared forward(GpuPlatform gpu, AveragePooling op, List<ValueType> inputs) {
    TensorType x = (TensorType) inputs.get(0);
    VendorPooling p = VendorPooling.of(x.dtype(), op.window(), op.countPadding(), x.shape());
    return gpu.vendor()
        .choose(
            op,
            inputs,
            GpuAveragePooling.prepare(gpu, op, inputs),
            new VendorOffer(
                "average pooling " + p,
                List.of(libraries -> libraries.averagePooling(p)),
                library -> around(gpu, library)));
  }

  static Prepared backward(GpuPlatform gpu, AveragePoolingBackward op, List<ValueType> inputs) {
    TensorType dy = (TensorType) inputs.get(0);
    Shape x =
        Shape.of(dy.shape().dim(0), dy.shape().dim(1), op.image().height(), op.image().width());
    VendorPooling p = VendorPooling.of(dy.dtype(), op.window(), op.countPadding(), x);
    return gpu.vendor()
        .choose(
            op,
            inputs,
            GpuAveragePoolingBackward.prepare(gpu, op, inputs),
            new VendorOffer(
                "average pooling gradient " + p,
                List.of(libraries -> libraries.averagePoolingBackward(p)),
                library -> around(gpu, library)));
  }

  private static GpuKernel.Builder around(GpuPlatform gpu, VendorKernel library) {
    return gpu.kernel()
        .call(library, 0, Argument.input(0), Argument.output(0))
        .scratch(library.workspaceBytes());
  }
}
