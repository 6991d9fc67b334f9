// Sums, or with MAXIMUM the largest elements. A result is reached by an index into the kept axes, the elements that go into
// it by one into the reduced axes; each side has up to four axes, outermost first, n the size and s the stride of each. The
// elements are cut into slices of `chunk`; y[slice][result] is what a slice makes.
#include "lanes.cl"
#include "sums.cl"

#ifdef MAXIMUM
#define NOTHING (-REAL_INFINITY)
#define ACCUMULATORS REAL taken[SLOTS]
#define START(lane) taken[SLOT(lane)] = NOTHING
#define TAKE(lane, value) taken[SLOT(lane)] = together(taken[SLOT(lane)], value)
#define TAKEN(lane) taken[SLOT(lane)]

// NaN wins, and stays.
DEVICE REAL together(REAL a, REAL b) {
  return b > a || b != b ? b : a;
}
#else
#define NOTHING R(0.0)
#define ACCUMULATORS REAL taken[SLOTS], error[SLOTS]
#define START(lane) taken[SLOT(lane)] = error[SLOT(lane)] = NOTHING
#define TAKE(lane, value) add_to(&taken[SLOT(lane)], &error[SLOT(lane)], value)
#define TAKEN(lane) added_up(taken[SLOT(lane)], error[SLOT(lane)])

DEVICE REAL together(REAL a, REAL b) {
  return a + b;
}
#endif

#define AXES(side) LONG side##_n1, LONG side##_n2, LONG side##_n3, LONG side##_s0, LONG side##_s1, LONG side##_s2, LONG side##_s3
#define OFFSET(side, index) \
  offset(index, side##_n1, side##_n2, side##_n3, side##_s0, side##_s1, side##_s2, side##_s3)

DEVICE LONG offset(LONG index, LONG n1, LONG n2, LONG n3, LONG s0, LONG s1, LONG s2, LONG s3) {
  LONG sum = index % n3 * s3;
  index /= n3;
  sum += index % n2 * s2;
  index /= n2;
  return sum + index % n1 * s1 + index / n1 * s0;
}

// The innermost reduced axis, of `length` elements, lies side by side: a group for each result and slice. `reduced` are the
// axes around it.
KERNEL GROUP_OF(ITEMS, 1) void reduce_rows(
    GLOBAL const REAL* RESTRICT x, GLOBAL REAL* RESTRICT y, LONG results, LONG elements, LONG length, LONG chunk, int slices,
    AXES(kept), AXES(reduced), REAL divisor) {
  SHARED REAL shared[LANES];
  ACCUMULATORS;
  EACH_LANE(lane) { START(lane); }
  LONG result = GROUP_X / slices;
  LONG slice = GROUP_X % slices;
  GLOBAL const REAL* start = x + OFFSET(kept, result);
  LONG end = min(elements, (slice + 1) * chunk);
  for (LONG at = slice * chunk; at < end;) {
    LONG column = at % length;
    LONG count = min(length - column, end - at);
    LONG full = count - count % LANES;
    GLOBAL const REAL* from = start + OFFSET(reduced, at / length) + column;
    for (LONG k = 0; k < full; k += LANES) {
      EACH_LANE(lane) { TAKE(lane, from[k + lane]); }
    }
    EACH_LANE(lane) {
      if (full + lane < count) {
        TAKE(lane, from[full + lane]);
      }
    }
    at += count;
  }
  EACH_LANE(lane) { shared[lane] = TAKEN(lane); }
  FOLD_LANES(shared, together)
  EACH_LANE(lane) {
    if (lane == 0) {
      y[slice * results + result] = shared[0] / divisor;
    }
  }
}

// The innermost kept axis, of `columns` elements, lies side by side: a lane for each of up to 64 of them, and where there are
// few, for each in `stripes` neighbouring rows, which then lie `columns` apart. Rows are the reduced axes, `length` of them
// `step` apart, `reduced` around those; `kept` are the axes around the columns.
KERNEL GROUP_OF(ITEMS, 1) void reduce_columns(
    GLOBAL const REAL* RESTRICT x, GLOBAL REAL* RESTRICT y, LONG results, LONG elements, LONG length, LONG chunk, int slices,
    AXES(kept), AXES(reduced), REAL divisor, LONG columns, LONG step, int stripes) {
  SHARED REAL shared[LANES];
  ACCUMULATORS;
  EACH_LANE(lane) { START(lane); }
  LONG blocks = (columns + LANES - 1) / LANES;
  LONG slice = GROUP_X % slices;
  LONG block = GROUP_X / slices % blocks;
  LONG outer = GROUP_X / slices / blocks;
  int wide = (int)min((LONG)LANES, columns - block * LANES);
  int used = wide * stripes;
  GLOBAL const REAL* start = x + OFFSET(kept, outer) + block * LANES;
  LONG end = min(elements, (slice + 1) * chunk);
  for (LONG at = slice * chunk; at < end;) {
    LONG row = at % length;
    LONG count = min(length - row, end - at);
    GLOBAL const REAL* from = start + OFFSET(reduced, at / length) + row * step;
    LONG rounds = count / stripes;
    for (LONG k = 0; k < rounds; k++) {
      EACH_LANE(lane) { TAKE(lane, lane < used ? from[k * stripes * step + lane] : NOTHING); }
    }
    int rest = (int)(count % stripes) * wide;
    EACH_LANE(lane) {
      if (lane < rest) {
        TAKE(lane, from[rounds * stripes * step + lane]);
      }
    }
    at += count;
  }
  EACH_LANE(lane) { shared[lane] = TAKEN(lane); }
  SYNC();
  EACH_LANE(lane) {
    if (lane < wide) {
      REAL all = shared[lane];
      for (int stripe = 1; stripe < stripes; stripe++) {
        all = together(all, shared[stripe * wide + lane]);
      }
      y[slice * results + outer * columns + block * LANES + lane] = all / divisor;
    }
  }
}

// Results and elements lie anywhere: a lane for each result, which takes the `length` elements of the innermost reduced axis,
// `step` apart, and so on along `reduced` around it.
KERNEL GROUP_OF(ITEMS, 1) void reduce_each(
    GLOBAL const REAL* RESTRICT x, GLOBAL REAL* RESTRICT y, LONG results, LONG elements, LONG length, LONG chunk, int slices,
    AXES(kept), AXES(reduced), REAL divisor, LONG step) {
  ACCUMULATORS;
  LONG starts[SLOTS];
  LONG slice = GROUP_X % slices;
  LONG first = (LONG)(GROUP_X / slices) * LANES;
  EACH_LANE(lane) {
    START(lane);
    starts[SLOT(lane)] = OFFSET(kept, min(first + lane, results - 1));
  }
  LONG end = min(elements, (slice + 1) * chunk);
  for (LONG at = slice * chunk; at < end;) {
    LONG row = at % length;
    LONG count = min(length - row, end - at);
    GLOBAL const REAL* from = x + OFFSET(reduced, at / length) + row * step;
    for (LONG k = 0; k < count; k++) {
      EACH_LANE(lane) { TAKE(lane, from[starts[SLOT(lane)] + k * step]); }
    }
    at += count;
  }
  EACH_LANE(lane) {
    if (first + lane < results) {
      y[slice * results + first + lane] = TAKEN(lane) / divisor;
    }
  }
}
