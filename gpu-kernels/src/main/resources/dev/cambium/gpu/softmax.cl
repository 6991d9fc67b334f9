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

KERNEL GROUP_OF(ITEMS, 1) void forward_few(
    GLOBAL const REAL* RESTRICT x, GLOBAL REAL* RESTRICT y, LONG rows, int classes) {
  EACH_LANE(lane) {
    LONG row = (LONG)GROUP_X * LANES + lane;
    if (row < rows) {
      GLOBAL const REAL* from = x + row * classes;
      GLOBAL REAL* to = y + row * classes;
      REAL largest = -REAL_INFINITY;
      for (int c = 0; c < classes; c++) {
        largest = LARGER(largest, from[c]);
      }
      REAL sum = R(0.0);
      for (int c = 0; c < classes; c++) {
        REAL e = exp(from[c] - largest);
        to[c] = e;
        sum += e;
      }
#ifdef LOGARITHM
      REAL log_sum = log(sum);
#endif
      for (int c = 0; c < classes; c++) {
#ifdef LOGARITHM
        to[c] = from[c] - largest - log_sum;
#else
        to[c] /= sum;
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
  EACH_LANE(lane) {
    LONG row = (LONG)GROUP_X * LANES + lane;
    if (row < rows) {
      LONG at = row * classes;
      REAL sum = R(0.0);
      for (int c = 0; c < classes; c++) {
        sum += TERM(dy[at + c], y[at + c]);
      }
      for (int c = 0; c < classes; c++) {
        dx[at + c] = GRADIENT(dy[at + c], y[at + c], sum);
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
