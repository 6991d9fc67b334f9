KERNEL GROUP_OF(64, 1) void plus(GLOBAL const int* a, int value, LONG n, GLOBAL int* out) {
  LONG i = GLOBAL_X;
  if (i < n) {
    out[i] = a[i] + value;
  }
}
