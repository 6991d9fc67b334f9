KERNEL GROUP_OF(64, 1) void affine(
    GLOBAL const REAL* x, GLOBAL REAL* y, LONG size, REAL scale, REAL shift) {
  LONG i = GLOBAL_X;
  if (i < size) {
    y[i] = scale * x[i] + shift;
  }
}
