// How many elements are NaN or infinite, and the sum of counts.
#include "lanes.cl"

#define STORE_COUNT                   \
  FOLD_LANES(shared, PLUS)            \
  EACH_LANE(lane) {                   \
    if (lane == 0) {                  \
      counts[GROUP_X] = shared[0];    \
    }                                 \
  }

// Each group counts in `chunk` elements.
KERNEL GROUP_OF(ITEMS, 1) void non_finite(
    GLOBAL const REAL* RESTRICT x, GLOBAL int* RESTRICT counts, LONG size, LONG chunk) {
  SHARED int shared[LANES];
  int mine[SLOTS];
  LONG start = GROUP_X * chunk;
  LONG count = min(chunk, size - start);
  LONG full = count - count % LANES;
  GLOBAL const REAL* from = x + start;
  EACH_LANE(lane) { mine[SLOT(lane)] = 0; }
  for (LONG k = 0; k < full; k += LANES) {
    EACH_LANE(lane) { mine[SLOT(lane)] += fabs(from[k + lane]) < REAL_INFINITY ? 0 : 1; }
  }
  EACH_LANE(lane) {
    if (full + lane < count) {
      mine[SLOT(lane)] += fabs(from[full + lane]) < REAL_INFINITY ? 0 : 1;
    }
  }
  EACH_LANE(lane) { shared[lane] = mine[SLOT(lane)]; }
  STORE_COUNT
}

// One group.
KERNEL GROUP_OF(ITEMS, 1) void sum_of_counts(GLOBAL const int* RESTRICT parts, GLOBAL int* RESTRICT counts, int size) {
  SHARED int shared[LANES];
  EACH_LANE(lane) {
    int sum = 0;
    for (int i = lane; i < size; i += LANES) {
      sum += parts[i];
    }
    shared[lane] = sum;
  }
  STORE_COUNT
}
