// The second pass of a product whose terms were split: adds the partial sums up in their order.
#include "activation.cl"

// y = activation(alpha * the sum over the parts + beta y + bias), the bias along the columns.
KERNEL GROUP_OF(64, 1) void finish(
    GLOBAL const REAL* RESTRICT parts, GLOBAL const REAL* RESTRICT bias, GLOBAL REAL* y, LONG size, int columns, int count,
    int has_bias, int activation, REAL slope, REAL alpha, REAL beta) {
  const LONG i = GLOBAL_X;
  if (i < size) {
    REAL z = R(0.0);
    for (int part = 0; part < count; ++part) {
      z += parts[part * size + i];
    }
    z *= alpha;
    if (beta != R(0.0)) {
      z += beta * y[i];
    }
    y[i] = activated(has_bias ? z + bias[i % columns] : z, activation, slope);
  }
}

// The gradients of weights and bias, one after the other in the grid.
KERNEL GROUP_OF(64, 1) void finish_gradients(
    GLOBAL const REAL* RESTRICT dw_parts, GLOBAL const REAL* RESTRICT db_parts, GLOBAL REAL* RESTRICT dw,
    GLOBAL REAL* RESTRICT db, LONG size, int filters, int count, int has_bias) {
  const LONG i = GLOBAL_X;
  REAL sum = R(0.0);
  if (i < size) {
    for (int part = 0; part < count; ++part) {
      sum += dw_parts[part * size + i];
    }
    dw[i] = sum;
  } else if (has_bias && i < size + filters) {
    const LONG o = i - size;
    for (int part = 0; part < count; ++part) {
      sum += db_parts[(LONG)part * filters + o];
    }
    db[o] = sum;
  }
}

// y [m, c, r] = the sum over the parts of x [count, m, r, c]: matrices of r rows and c columns are transposed in squares of 16.
KERNEL GROUP_OF(256, 1) void transpose(
    GLOBAL const REAL* RESTRICT parts, GLOBAL REAL* RESTRICT y, LONG size, int rows, int columns, int squares_r, int squares_c,
    int count) {
  LOCAL REAL square[16 * 17];
  const LONG matrix = GROUP_X / squares_c / squares_r * (LONG)rows * columns;
  const int r0 = GROUP_X / squares_c % squares_r * 16;
  const int c0 = GROUP_X % squares_c * 16;
  const int slow = LOCAL_X / 16;
  const int fast = LOCAL_X % 16;
  if (r0 + slow < rows && c0 + fast < columns) {
    const LONG from = matrix + (LONG)(r0 + slow) * columns + c0 + fast;
    REAL sum = R(0.0);
    for (int part = 0; part < count; ++part) {
      sum += parts[part * size + from];
    }
    square[slow * 17 + fast] = sum;
  }
  BARRIER();
  if (r0 + fast < rows && c0 + slow < columns) {
    y[matrix + (LONG)(c0 + slow) * rows + r0 + fast] = square[fast * 17 + slow];
  }
}
