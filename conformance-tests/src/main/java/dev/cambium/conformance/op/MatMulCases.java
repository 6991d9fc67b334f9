package dev.cambium.conformance.op;

import dev.cambium.conformance.op.Contraction.Factor;
import dev.cambium.op.MatMul;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Products of matrices, each transposed or not. */
final class MatMulCases {
  /** I, K, J. */
  private static final int[][] SIZES = {
    {0, 3, 4},
    {3, 0, 4},
    {3, 4, 0},
    {0, 0, 0},
    {1, 1, 1},
    {1, 7, 1},
    {7, 1, 5},
    {1, 5, 7},
    {5, 7, 1},
    {3, 5, 7},
    {7, 8, 9},
    {8, 8, 8},
    {9, 7, 8},
    {15, 17, 16},
    {16, 16, 16},
    {17, 16, 15},
    {31, 33, 32},
    {32, 32, 32},
    {33, 31, 33},
    {63, 65, 64},
    {64, 64, 64},
    {65, 64, 63},
    {1, 300, 2},
    {2, 3, 300},
    {300, 2, 3}
  };

  private static final boolean[] WAYS = {false, true};

  private MatMulCases() {}

  /** Every row. */
  static List<OpCase> rows() {
    List<OpCase> rows = new ArrayList<>();
    for (boolean transposeA : WAYS) {
      for (boolean transposeB : WAYS) {
        MatMul op = new MatMul(transposeA, transposeB);
        for (int[] size : SIZES) {
          List<OpCase> products = product(op, size).rows();
          boolean empty = size[1] == 0;
          products.forEach(row -> rows.add(empty ? row.zeros() : row));
        }
        rows.addAll(product(op, new int[] {5, 9, 7}).of(DType.FLOAT64).rows());
      }
    }
    return rows;
  }

  private static Contraction product(MatMul op, int[] size) {
    Shape a = matrix(size[0], size[1], op.transposeA());
    Shape b = matrix(size[1], size[2], op.transposeB());
    return Contraction.of(
        op,
        word(a, op.transposeA()) + " by " + word(b, op.transposeB()),
        Math.max(1, size[1]),
        new Factor("a", a),
        new Factor("b", b));
  }

  private static Shape matrix(int rows, int columns, boolean transposed) {
    return transposed ? Shape.of(columns, rows) : Shape.of(rows, columns);
  }

  private static String word(Shape shape, boolean transposed) {
    return shape + (transposed ? " transposed" : "");
  }
}
