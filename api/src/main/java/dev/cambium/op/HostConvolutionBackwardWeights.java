package dev.cambium.op;

import dev.cambium.tensor.DoubleArray;
import java.util.Arrays;
import java.util.List;

/**
 * The meaning of {@link ConvolutionBackwardWeights}: dw is the sum over the images of dy times the
 * transpose of the patches, for each group.
 */
record HostConvolutionBackwardWeights(ConvolutionBackwardWeights op) implements HostFunction {
  /** Positions taken at a time, so that their patches stay in a processor's cache. */
  private static final int BLOCK = 128;

  @Override
  public void apply(List<DoubleArray> inputs, List<DoubleArray> outputs) {
    DoubleArray x = inputs.get(0);
    DoubleArray dy = inputs.get(1);
    DoubleArray dw = outputs.get(0);
    int groups = op.geometry().groups();
    ConvolutionPatches patches =
        new ConvolutionPatches(op.geometry(), x.shape(), dw.shape(), dy.shape());
    double[] matrix = patches.allocate();
    Arrays.fill(dw.values(), 0);
    for (int n = 0; n < x.dim(0); n++) {
      for (int group = 0; group < groups; group++) {
        patches.gatherTransposed(x.values(), patches.begin(n, group, groups), matrix);
        multiply(patches, matrix, dy.values(), n, group, dw);
      }
    }
    if (op.bias()) {
      sumPlanes(dy, outputs.get(1).values());
    }
  }

  private void multiply(
      ConvolutionPatches patches, double[] matrix, double[] dy, int n, int group, DoubleArray dw) {
    int size = patches.size();
    int positions = patches.positions();
    int filters = dw.dim(0) / op.geometry().groups();
    for (int from = 0; from < positions; from += BLOCK) {
      int rows = Math.min(BLOCK, positions - from);
      for (int o = group * filters; o < (group + 1) * filters; o++) {
        int dyi = (n * dw.dim(0) + o) * positions + from;
        Vectors.addWeightedRows(
            rows, size, dy, dyi, 1, matrix, from * size, size, dw.values(), o * size);
      }
    }
  }

  private static void sumPlanes(DoubleArray dy, double[] db) {
    Arrays.fill(db, 0);
    int plane = dy.dim(2) * dy.dim(3);
    for (int i = 0; i < dy.dim(0) * dy.dim(1); i++) {
      double sum = 0;
      for (int k = 0; k < plane; k++) {
        sum += dy.values()[i * plane + k];
      }
      db[i % dy.dim(1)] += sum;
    }
  }
}
