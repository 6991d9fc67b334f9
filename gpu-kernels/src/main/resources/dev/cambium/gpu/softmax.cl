// Softmax over rows of `classes` scores side by side, its LOGARITHM, and their gradients. A lane has a row of few classes, a
// group one of many.
#include "lanes.cl"

// What is added up over a row, and what follows from it.
#ifdef LOGARITHM
#define TERM(dy, y) (dy)
#define GRADIENT(dy, y, sum) ((dy) - exp(y) * (sum))
#else
#define TERM(dy, y) ((dy) * (y))
#define GRADIENT(dy, y, sum) ((y) * ((dy) - (sum)))
#endif

// Where lane's row begins; lanes without one look at the last.
#define START(lane) (min(first + lane, rows - 1) * classes)

KERNEL GROUP_OF(ITEMS, 1) void forward_few(
    GLOBAL const REAL* RESTRICT x, GLOBAL REAL* RESTRICT y, LONG rows, int classes) {
  REAL largest[SLOTS];
  REAL sum[SLOTS];
  LONG first = (LONG)GROUP_X * LANES;
  EACH_LANE(lane) {
    largest[SLOT(lane)] = -REAL_INFINITY;
    sum[SLOT(lane)] = R(0.0);
  }
  for (int c = 0; c < classes; c++) {
    EACH_LANE(lane) { largest[SLOT(lane)] = LARGER(largest[SLOT(lane)], x[START(lane) + c]); }
  }
  for (int c = 0; c < classes; c++) {
    EACH_LANE(lane) {
      REAL e = exp(x[START(lane) + c] - largest[SLOT(lane)]);
      sum[SLOT(lane)] += e;
#ifndef LOGARITHM
      if (first + lane < rows) {
        y[START(lane) + c] = e;
      }
#endif
    }
  }
#ifdef LOGARITHM
  EACH_LANE(lane) { sum[SLOT(lane)] = log(sum[SLOT(lane)]); }
#endif
  for (int c = 0; c < classes; c++) {
    EACH_LANE(lane) {
      if (first + lane < rows) {
#ifdef LOGARITHM
        y[START(lane) + c] = x[START(lane) + c] - largest[SLOT(lane)] - sum[SLOT(lane)];
#else
        y[START(lane) + c] /= sum[SLOT(lane)];
#endif
      }
    }
  }
}

KERNEL GROUP_OF(ITEMS, 1) void forward_many(
    GLOBAL const REAL* RESTRICT x, GLOBAL REAL* RESTRICT y, LONG rows, int classes) {
  SHARED REAL maxima[LANES];
  SHARED REAL sums[LANES];
  REAL mine[SLOTS];
  GLOBAL const REAL* from = x + (LONG)GROUP_X * classes;
  GLOBAL REAL* to = y + (LONG)GROUP_X * classes;
  EACH_LANE(lane) { mine[SLOT(lane)] = -REAL_INFINITY; }
  for (int c = 0; c < classes; c += LANES) {
    EACH_LANE(lane) {
      if (c + lane < classes) {
        mine[SLOT(lane)] = LARGER(mine[SLOT(lane)], from[c + lane]);
      }
    }
  }
  EACH_LANE(lane) { maxima[lane] = mine[SLOT(lane)]; }
  FOLD_LANES(maxima, LARGER)
  REAL largest = maxima[0];
  EACH_LANE(lane) { mine[SLOT(lane)] = R(0.0); }
  for (int c = 0; c < classes; c += LANES) {
    EACH_LANE(lane) {
      if (c + lane < classes) {
        REAL e = exp(from[c + lane] - largest);
        to[c + lane] = e;
        mine[SLOT(lane)] += e;
      }
    }
  }
  EACH_LANE(lane) { sums[lane] = mine[SLOT(lane)]; }
  FOLD_LANES(sums, PLUS)
  REAL sum = sums[0];
#ifdef LOGARITHM
  REAL log_sum = log(sum);
#endif
  for (int c = 0; c < classes; c += LANES) {
    EACH_LANE(lane) {
      if (c + lane < classes) {
#ifdef LOGARITHM
        to[c + lane] = from[c + lane] - largest - log_sum;
#else
        to[c + lane] /= sum;
#endif
      }
    }
  }
}

KERNEL GROUP_OF(ITEMS, 1) void backward_few(
    GLOBAL const REAL* RESTRICT dy, GLOBAL const REAL* RESTRICT y, GLOBAL REAL* RESTRICT dx, LONG rows, int classes) {
  REAL sum[SLOTS];
  LONG first = (LONG)GROUP_X * LANES;
  EACH_LANE(lane) { sum[SLOT(lane)] = R(0.0); }
  for (int c = 0; c < classes; c++) {
    EACH_LANE(lane) { sum[SLOT(lane)] += TERM(dy[START(lane) + c], y[START(lane) + c]); }
  }
  for (int c = 0; c < classes; c++) {
    EACH_LANE(lane) {
      if (first + lane < rows) {
        LONG at = START(lane) + c;
        dx[at] = GRADIENT(dy[at], y[at], sum[SLOT(lane)]);
      }
    }
  }
}

KERNEL GROUP_OF(ITEMS, 1) void backward_many(
    GLOBAL const REAL* RESTRICT dy, GLOBAL const REAL* RESTRICT y, GLOBAL REAL* RESTRICT dx, LONG rows, int classes) {
  SHARED REAL sums[LANES];
  REAL mine[SLOTS];
  LONG at = (LONG)GROUP_X * classes;
  EACH_LANE(lane) { mine[SLOT(lane)] = R(0.0); }
  for (int c = 0; c < classes; c += LANES) {
    EACH_LANE(lane) {
      if (c + lane < classes) {
        mine[SLOT(lane)] += TERM(dy[at + c + lane], y[at + c + lane]);
      }
    }
  }
  EACH_LANE(lane) { sums[lane] = mine[SLOT(lane)]; }
  FOLD_LANES(sums, PLUS)
  REAL sum = sums[0];
  for (int c = 0; c < classes; c += LANES) {
    EACH_LANE(lane) {
      if (c + lane < classes) {
        dx[at + c + lane] = GRADIENT(dy[at + c + lane], y[at + c + lane], sum);
      }
    }
  }
}
