package dev.cambium.train;

import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionGeometry;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import org.ojalgo.matrix.store.R064Store;

/**
 * The pieces of a layer's input that its weights are multiplied with: the samples of a fully
 * connected layer, the image patches under the filters of a convolution, with 0 outside of the
 * image.
 */
final class Patches {
  private final WeightedLayer layer;
  private final double[] values;
  private final Shape shape;

  /**
   * The patches of a layer.
   *
   * @param layer whose they are
   * @param input what it takes
   */
  Patches(WeightedLayer layer, HostArray input) {
    this.layer = layer;
    this.values = input.toDoubles();
    this.shape = input.shape();
  }

  /** Into how many groups inputs and outputs are split; 1 for a fully connected layer. */
  int groups() {
    return layer.operation().op() instanceof Convolution convolution
        ? convolution.geometry().groups()
        : 1;
  }

  /**
   * Patches of a group as the rows of a matrix, in the order of the weights: all, or {@code
   * maximum} different ones drawn at random where there are more.
   */
  R064Store draw(int group, int maximum, RandomStream random) {
    Shape output = layer.output().shape();
    int positions = Math.toIntExact(output.size(2, output.rank()));
    int[] order = new int[Math.multiplyExact(shape.dim(0), positions)];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    if (order.length > maximum) {
      random.shuffle(order);
    }
    int rows = Math.min(order.length, maximum);
    R064Store matrix = R064Store.FACTORY.make(rows, layer.inputs());
    for (int row = 0; row < rows; row++) {
      copy(order[row] / positions, order[row] % positions, group, matrix, row);
    }
    return matrix;
  }

  private void copy(int n, int position, int group, R064Store matrix, int row) {
    if (!(layer.operation().op() instanceof Convolution convolution)) {
      for (int i = 0; i < layer.inputs(); i++) {
        matrix.set(row, i, values[n * layer.inputs() + i]);
      }
      return;
    }
    ConvolutionGeometry geometry = convolution.geometry();
    Shape filters = layer.weight().type().shape();
    int width = layer.output().shape().dim(3);
    int top = position / width * geometry.stride().height() - geometry.padding().top();
    int left = position % width * geometry.stride().width() - geometry.padding().left();
    int channels = filters.dim(1);
    int column = 0;
    for (int c = 0; c < channels; c++) {
      int plane = (n * shape.dim(1) + group * channels + c) * shape.dim(2) * shape.dim(3);
      for (int p = 0; p < filters.dim(2); p++) {
        int y = top + p * geometry.dilation().height();
        for (int q = 0; q < filters.dim(3); q++) {
          int x = left + q * geometry.dilation().width();
          boolean inside = y >= 0 && y < shape.dim(2) && x >= 0 && x < shape.dim(3);
          matrix.set(row, column++, inside ? values[plane + y * shape.dim(3) + x] : 0);
        }
      }
    }
  }
}
