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
    int aRow = op.transposeA() ? 1 : inner;
    int aColumn = op.transposeA() ? rows : 1;
    int bRow = op.transposeB() ? 1 : columns;
    int bColumn = op.transposeB() ? inner : 1;
    Arrays.fill(y.values(), 0);
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < inner; k++) {
        double factor = a.values()[i * aRow + k * aColumn];
        Vectors.addScaled(columns, factor, b.values(), k * bRow, bColumn, y.values(), i * columns);
      }
    }
  }
}
