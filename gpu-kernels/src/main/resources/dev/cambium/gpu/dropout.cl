#include "philox.cl"

// A work-item makes the four elements of one block of random words.
KERNEL GROUP_OF(64, 1) void dropout(
    GLOBAL const REAL* x, GLOBAL const int* rng, GLOBAL REAL* y, LONG size, UINT stream, UINT threshold, REAL scale) {
  LONG block = GLOBAL_X;
  LONG i = 4 * block;
  if (i < size) {
    UINT key0 = (UINT)rng[0];
    UINT key1 = (UINT)rng[1];
    UINT c0 = (UINT)block;
    UINT c1 = (UINT)rng[2];
    UINT c2 = (UINT)rng[3];
    UINT c3 = stream;
    PHILOX(UINT, MULTIPLY_HIGH)
    y[i] = c0 >= threshold ? x[i] * scale : R(0.0);
    if (i + 1 < size) {
      y[i + 1] = c1 >= threshold ? x[i + 1] * scale : R(0.0);
    }
    if (i + 2 < size) {
      y[i + 2] = c2 >= threshold ? x[i + 2] * scale : R(0.0);
    }
    if (i + 3 < size) {
      y[i + 3] = c3 >= threshold ? x[i + 3] * scale : R(0.0);
    }
  }
}
