package dev.cambium.op;

import dev.cambium.tensor.DoubleArray;
import java.util.Arrays;
import java.util.List;

/** The meaning of {@link Convolution}: for each image and group, y = w patches + b. */
record HostConvolution(Convolution op) implements HostFunction {
  /** Positions taken at a time, so that their patches stay in a processor's cache. */
  private static final int BLOCK = 256;

  @Override
  public void apply(List<DoubleArray> inputs, List<DoubleArray> outputs) {
    DoubleArray x = inputs.get(0);
    DoubleArray y = outputs.get(0);
    int groups = op.geometry().groups();
    ConvolutionPatches patches =
        new ConvolutionPatches(op.geometry(), x.shape(), inputs.get(1).shape(), y.shape());
    double[] matrix = patches.allocate();
    fillWithBias(inputs, y);
    for (int n = 0; n < x.dim(0); n++) {
      for (int group = 0; group < groups; group++) {
        patches.gather(x.values(), patches.begin(n, group, groups), matrix);
        multiply(patches, matrix, inputs.get(1), group, y.values(), n);
      }
    }
    HostLinear.activate(op.activation(), y.values());
  }

  private void fillWithBias(List<DoubleArray> inputs, DoubleArray y) {
    int positions = y.dim(2) * y.dim(3);
    for (int plane = 0; plane < y.dim(0) * y.dim(1); plane++) {
      double b = op.bias() ? inputs.get(2).values()[plane % y.dim(1)] : 0;
      Arrays.fill(y.values(), plane * positions, (plane + 1) * positions, b);
    }
  }

  private void multiply(
      ConvolutionPatches patches, double[] matrix, DoubleArray w, int group, double[] y, int n) {
    int size = patches.size();
    int positions = patches.positions();
    int filters = w.dim(0) / op.geometry().groups();
    for (int from = 0; from < positions; from += BLOCK) {
      int length = Math.min(BLOCK, positions - from);
      for (int o = group * filters; o < (group + 1) * filters; o++) {
        int yi = (n * w.dim(0) + o) * positions + from;
        Vectors.addWeightedRows(
            size, length, w.values(), o * size, 1, matrix, from, positions, y, yi);
      }
    }
  }
}
