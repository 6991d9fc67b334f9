package dev.cambium.gpu;

import dev.cambium.op.Linear;
import dev.cambium.op.LinearBackwardData;
import dev.cambium.op.LinearBackwardWeights;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/**
 * {@link Linear} and its gradients for processors: products with the weights in panels. Where x is
 * an image, packing brings the columns of the weights into the order of its memory.
 */
final class WideLinear {
  private WideLinear() {}

  static Prepared forward(GpuPlatform gpu, WideTile tile, Linear op, List<ValueType> inputs) {
    LinearProblem sizes = LinearProblem.of((TensorType) inputs.get(0), units(inputs.get(1), 0));
    WidePanels weights =
        new WidePanels(
            tile,
            sizes.dtype(),
            1,
            0,
            0,
            features(sizes, 1),
            WidePanels.Axis.of(sizes.units(), sizes.features()));
    WideLaunches launches = new WideLaunches(gpu, tile, sizes.dtype());
    product(
            launches,
            MatrixProduct.of(
                sizes.dtype(), sizes.batch(), sizes.units(), sizes.features(), false, false),
            op.bias() ? Argument.input(2) : null,
            GpuActivation.of(op.activation()))
        .launch(
            WideFactor.rows(Argument.input(0), sizes.batch(), sizes.features()),
            WideFactor.panels(Argument.input(1), weights),
            Argument.output(0));
    launches.kernel().packer(1, weights.packer(gpu));
    return launches.build();
  }

  static Prepared backwardData(
      GpuPlatform gpu, WideTile tile, LinearBackwardData op, List<ValueType> inputs) {
    TensorType dy = (TensorType) inputs.get(0);
    LinearProblem sizes = LinearProblem.of(dy.withShape(op.inputShape()), units(inputs.get(1), 0));
    WidePanels weights =
        new WidePanels(
            tile,
            sizes.dtype(),
            1,
            0,
            0,
            WidePanels.Axis.of(sizes.units(), sizes.features()),
            features(sizes, 1));
    WideLaunches launches = new WideLaunches(gpu, tile, sizes.dtype());
    product(
            launches,
            MatrixProduct.of(
                sizes.dtype(), sizes.batch(), sizes.features(), sizes.units(), false, false),
            null,
            GpuActivation.NONE)
        .launch(
            WideFactor.rows(Argument.input(0), sizes.batch(), sizes.units()),
            WideFactor.panels(Argument.input(1), weights),
            Argument.output(0));
    launches.kernel().packer(1, weights.packer(gpu));
    return launches.build();
  }

  static Prepared backwardWeights(
      GpuPlatform gpu, WideTile tile, LinearBackwardWeights op, List<ValueType> inputs) {
    LinearProblem sizes = LinearProblem.of((TensorType) inputs.get(0), units(inputs.get(1), 1));
    DType dtype = sizes.dtype();
    MatrixProduct matrices =
        MatrixProduct.of(dtype, sizes.units(), sizes.features(), sizes.batch(), true, false);
    WideLaunches launches = new WideLaunches(gpu, tile, dtype);
    WideProduct product = product(launches, matrices, null, GpuActivation.NONE);
    Argument x = Argument.input(0);
    Argument dy = Argument.input(1);
    if (sizes.isPermuted()) {
      WidePanels images =
          new WidePanels(
              tile,
              dtype,
              1,
              0,
              0,
              WidePanels.Axis.of(sizes.batch(), sizes.features()),
              new WidePanels.Axis(sizes.features(), sizes.pixels(), sizes.channels(), 1));
      WideFactor rows = product.rowFactor(dy);
      product.launch(rows, WideFactor.panels(launches.pack(images, x), images), Argument.output(0));
    } else {
      product.launch(dy, x, Argument.output(0));
    }
    if (op.bias()) {
      launches.launch(
          "wide_product",
          "wide_column_sums",
          Grid.line(Grid.groups(sizes.units(), tile.lanes(dtype)), 1),
          dy,
          Argument.output(1),
          Argument.of(sizes.batch()),
          Argument.of(sizes.units()));
    }
    return launches.build();
  }

  /** Where the features lie in a row of the weights, in the order of x's memory. */
  private static WidePanels.Axis features(LinearProblem sizes, long step) {
    return new WidePanels.Axis(sizes.features(), sizes.channels(), step * sizes.pixels(), step);
  }

  private static WideProduct product(
      WideLaunches launches, MatrixProduct sizes, Argument bias, GpuActivation activation) {
    return new WideProduct(launches, sizes, bias, activation);
  }

  private static int units(ValueType type, int axis) {
    return ((TensorType) type).shape().dim(axis);
  }
}
