package dev.cambium.op;

import dev.cambium.tensor.DoubleArray;
import java.util.Arrays;
import java.util.List;

/** The meaning of {@link MatMul}. */
record HostMatMul(MatMul op) implements HostFunction {
  @Override
  public void apply(List<DoubleArray> inputs, List<DoubleArray> outputs) {
    DoubleArray a = inputs.get(0);
    DoubleArray b = inputs.get(1);
    DoubleArray y = outputs.get(0);
    int rows = y.dim(0);
    int columns = y.dim(1);
    int inner = a.dim(op.transposeA() ? 0 : 1);
    double[] factors = op.transposeA() ? transposed(a) : a.values();
    double[] summands = op.transposeB() ? transposed(b) : b.values();
    Arrays.fill(y.values(), 0);
    for (int i = 0; i < rows; i++) {
      Vectors.addWeightedRows(
          inner, columns, factors, i * inner, 1, summands, 0, columns, y.values(), i * columns);
    }
  }

  private static double[] transposed(DoubleArray matrix) {
    int rows = matrix.dim(0);
    int columns = matrix.dim(1);
    double[] result = new double[rows * columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        result[j * rows + i] = matrix.values()[i * columns + j];
      }
    }
    return result;
  }
}
