package dev.cambium.gpu;

import dev.cambium.op.MatMul;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/**
 * The sizes of Y = alpha A B + beta Y for {@code batch} pairs of row-major matrices that lie one
 * behind the other: A [m, k], B [k, n], Y [m, n]. With {@code beta} 0, Y is not read.
 *
 * @param dtype FLOAT32 or FLOAT64
 * @param batch how many products
 * @param m the rows of Y
 * @param n the columns of Y
 * @param k the terms of each sum
 * @param transposeA whether A is stored as [k, m]
 * @param transposeB whether B is stored as [n, k]
 * @param alpha the factor of the product
 * @param beta the factor of what was in Y
 */
public record MatrixProduct(
    DType dtype,
    int batch,
    int m,
    int n,
    int k,
    boolean transposeA,
    boolean transposeB,
    double alpha,
    double beta) {

  /** One product without factors. */
  static MatrixProduct of(
      DType dtype, int m, int n, int k, boolean transposeA, boolean transposeB) {
    return new MatrixProduct(dtype, 1, m, n, k, transposeA, transposeB, 1, 0);
  }

  /** The product that is the operation. */
  static MatrixProduct of(MatMul op, List<ValueType> inputs) {
    TensorType type = (TensorType) inputs.get(0);
    Shape a = type.shape();
    Shape b = ((TensorType) inputs.get(1)).shape();
    return of(
        type.dtype(),
        a.dim(op.transposeA() ? 1 : 0),
        b.dim(op.transposeB() ? 0 : 1),
        a.dim(op.transposeA() ? 0 : 1),
        op.transposeA(),
        op.transposeB());
  }

  /** The elements of all Y. */
  long results() {
    return (long) batch * m * n;
  }
}
