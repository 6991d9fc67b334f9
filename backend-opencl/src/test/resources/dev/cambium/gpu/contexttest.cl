KERNEL GROUP_OF(64, 1) void plus(GLOBAL const int* a, int value, LONG n, GLOBAL int* out) {
  LONG i = GLOBAL_X;
  if (i < n) {
    out[i] = a[i] + value;
  }
}

KERNEL GROUP_OF(64, 1) void scaled(GLOBAL const int* a, float factor, GLOBAL float* out) {
  out[GLOBAL_X] = factor * a[GLOBAL_X];
}

KERNEL GROUP_OF(2, 3) void positions(GLOBAL int* out) {
  int group = (GROUP_Z * 3 + GROUP_Y) * GROUPS_X + GROUP_X;
  out[group * 6 + LOCAL_Y * 2 + LOCAL_X] = 100 * GROUP_Z + 10 * GROUP_Y + GROUP_X;
}

// A chain of rounds that no compiler can shorten, so that it takes as long as there are rounds.
KERNEL GROUP_OF(1, 1) void slow(GLOBAL UINT* out, LONG rounds) {
  UINT state = out[GROUP_X];
  for (LONG i = 0; i < rounds; i++) {
    state = (state ^ (state >> 13)) * 1664525u + 1013904223u;
  }
  out[GROUP_X] = state;
}
