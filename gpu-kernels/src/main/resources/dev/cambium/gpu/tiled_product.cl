// y = activation(alpha A B + beta y + bias) for row-major matrices, or its partial sums over ranges of k. Kernels by how the
// operands are stored: n as they are, t transposed; the second letter is B's.
#include "tiled_tile.cl"
#include "activation.cl"

#define BESIDE_PRODUCT(t, at)
#define PLAIN_PRODUCT(at) 1
#define OTHER_PRODUCT(t, at)

#define HAS_LINE(row) (m0 + (row) < m)
#define LINE_AT(row) ((LONG)(m0 + (row)) * n)
#define EPILOGUE(z, line, column) \
  activated(alpha * (z) + (beta != R(0.0) ? beta * line[column] : R(0.0)) + (has_bias ? bias[column] : R(0.0)), activation, slope)

#define PRODUCT_ARGUMENTS                                                                                          \
  GLOBAL const REAL *RESTRICT a, GLOBAL const REAL *RESTRICT b, GLOBAL const REAL *RESTRICT bias, GLOBAL REAL *y,  \
      int m, int n, int k, int tiles_n, int tiles_m, int tiles_each, int partial, int has_bias, int activation,   \
      REAL slope, REAL alpha, REAL beta

#define A_BY_K 1
#define B_BY_K 0
KERNEL GROUP_OF(ITEMS, 1) void product_nn(PRODUCT_ARGUMENTS) {
#include "tiled_product_body.cl"
}
#undef B_BY_K
#define B_BY_K 1
KERNEL GROUP_OF(ITEMS, 1) void product_nt(PRODUCT_ARGUMENTS) {
#include "tiled_product_body.cl"
}
#undef A_BY_K
#define A_BY_K 0
KERNEL GROUP_OF(ITEMS, 1) void product_tt(PRODUCT_ARGUMENTS) {
#include "tiled_product_body.cl"
}
#undef B_BY_K
#define B_BY_K 0
KERNEL GROUP_OF(ITEMS, 1) void product_tn(PRODUCT_ARGUMENTS) {
#include "tiled_product_body.cl"
}
