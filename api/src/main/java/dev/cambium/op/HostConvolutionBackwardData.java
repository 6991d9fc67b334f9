package dev.cambium.op;

import dev.cambium.tensor.DoubleArray;
import java.util.Arrays;
import java.util.List;

/**
 * The meaning of {@link ConvolutionBackwardData}: for each image and group, the gradient of the
 * patches is the transpose of w times dy, and each pixel's is the sum over the patches it is in.
 */
record HostConvolutionBackwardData(ConvolutionBackwardData op) implements HostFunction {
  @Override
  public void apply(List<DoubleArray> inputs, List<DoubleArray> outputs) {
    DoubleArray dy = inputs.get(0);
    DoubleArray w = inputs.get(1);
    DoubleArray dx = outputs.get(0);
    int groups = op.geometry().groups();
    int filters = w.dim(0) / groups;
    ConvolutionPatches patches =
        new ConvolutionPatches(op.geometry(), dx.shape(), w.shape(), dy.shape());
    int size = patches.size();
    int positions = patches.positions();
    double[] matrix = patches.allocate();
    for (int n = 0; n < dy.dim(0); n++) {
      for (int group = 0; group < groups; group++) {
        Arrays.fill(matrix, 0);
        int wi = group * filters * size;
        int dyi = (n * w.dim(0) + group * filters) * positions;
        for (int k = 0; k < size; k++) {
          Vectors.addWeightedRows(
              filters,
              positions,
              w.values(),
              wi + k,
              size,
              dy.values(),
              dyi,
              positions,
              matrix,
              k * positions);
        }
        patches.scatter(matrix, dx.values(), patches.begin(n, group, groups));
      }
    }
  }
}
