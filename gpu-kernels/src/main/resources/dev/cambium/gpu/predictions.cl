// The class with the largest score of a row, the first of equals, and what is counted of it. NaN never wins. A lane has a row
// of few classes, a group one of many.
#include "lanes.cl"

DEVICE int is_class(int label, int classes) {
  return label >= 0 && label < classes;
}

// Whether score b of class c wins over score a of class best; of class NONE is no score.
#define NONE 2147483647
#define WINS(b, c, a, best) ((b) == (b) && ((best) == NONE || (b) > (a) || ((b) == (a) && (c) < (best))))

// The prediction, or for a confusion matrix the index of its cell, -1 where the label is no class.
DEVICE int code(int best, int row_label, int coded, int classes) {
  int prediction = best == NONE ? 0 : best;
  int cell = is_class(row_label, classes) ? row_label * classes + prediction : -1;
  return coded ? cell : prediction;
}

KERNEL GROUP_OF(ITEMS, 1) void best_of_few(
    GLOBAL const REAL* RESTRICT scores, GLOBAL const int* RESTRICT labels, GLOBAL int* RESTRICT y, LONG rows, int classes,
    int coded) {
  EACH_LANE(lane) {
    LONG row = (LONG)GROUP_X * LANES + lane;
    if (row < rows) {
      REAL largest = R(0.0);
      int best = NONE;
      for (int c = 0; c < classes; c++) {
        REAL score = scores[row * classes + c];
        if (WINS(score, c, largest, best)) {
          largest = score;
          best = c;
        }
      }
      y[row] = code(best, coded ? labels[row] : 0, coded, classes);
    }
  }
}

KERNEL GROUP_OF(ITEMS, 1) void best_of_many(
    GLOBAL const REAL* RESTRICT scores, GLOBAL const int* RESTRICT labels, GLOBAL int* RESTRICT y, LONG rows, int classes,
    int coded) {
  SHARED REAL largest[LANES];
  SHARED int best[LANES];
  LONG row = GROUP_X;
  EACH_LANE(lane) {
    REAL my_largest = R(0.0);
    int my_best = NONE;
    for (int c = lane; c < classes; c += LANES) {
      REAL score = scores[row * classes + c];
      if (WINS(score, c, my_largest, my_best)) {
        my_largest = score;
        my_best = c;
      }
    }
    largest[lane] = my_largest;
    best[lane] = my_best;
  }
  for (int apart = LANES / 2; apart > 0; apart /= 2) {
    SYNC();
    EACH_LANE(lane) {
      if (lane < apart && best[lane + apart] != NONE &&
          WINS(largest[lane + apart], best[lane + apart], largest[lane], best[lane])) {
        largest[lane] = largest[lane + apart];
        best[lane] = best[lane + apart];
      }
    }
  }
  EACH_LANE(lane) {
    if (lane == 0) {
      y[row] = code(best[0], coded ? labels[row] : 0, coded, classes);
    }
  }
}

// Adds to each cell how often it was hit.
KERNEL GROUP_OF(ITEMS, 1) void add_hits(
    GLOBAL const int* confusion, GLOBAL const int* RESTRICT hits, GLOBAL int* y, int cells, int rows) {
  int counts[SLOTS];
  int first = GROUP_X * LANES;
  EACH_LANE(lane) { counts[SLOT(lane)] = 0; }
  for (int row = 0; row < rows; row++) {
    int hit = hits[row];
    EACH_LANE(lane) { counts[SLOT(lane)] += hit == first + lane ? 1 : 0; }
  }
  EACH_LANE(lane) {
    if (first + lane < cells) {
      y[first + lane] = confusion[first + lane] + counts[SLOT(lane)];
    }
  }
}

// Whether class c with this score beats the label with its own.
#define BEATS(score, c, own, label) ((score) > (own) || ((score) == (own) && (c) < (label)))

// How many rows of a group have their label among the k best.
KERNEL GROUP_OF(ITEMS, 1) void correct_of_few(
    GLOBAL const REAL* RESTRICT scores, GLOBAL const int* RESTRICT labels, GLOBAL int* RESTRICT counts, LONG rows, int classes,
    int k) {
  SHARED int shared[LANES];
  EACH_LANE(lane) {
    int count = 0;
    for (LONG row = (LONG)GROUP_X * LANES + lane; row < rows; row += (LONG)GROUPS_X * LANES) {
      int label = labels[row];
      if (is_class(label, classes)) {
        REAL own = scores[row * classes + label];
        int better = 0;
        for (int c = 0; c < classes; c++) {
          better += BEATS(scores[row * classes + c], c, own, label) ? 1 : 0;
        }
        count += own == own && better < k ? 1 : 0;
      }
    }
    shared[lane] = count;
  }
  FOLD_LANES(shared, PLUS)
  EACH_LANE(lane) {
    if (lane == 0) {
      counts[GROUP_X] = shared[0];
    }
  }
}

KERNEL GROUP_OF(ITEMS, 1) void correct_of_many(
    GLOBAL const REAL* RESTRICT scores, GLOBAL const int* RESTRICT labels, GLOBAL int* RESTRICT counts, LONG rows, int classes,
    int k) {
  SHARED int shared[LANES];
  int count = 0;
  for (LONG row = GROUP_X; row < rows; row += GROUPS_X) {
    int label = labels[row];
    int valid = is_class(label, classes);
    REAL own = scores[row * classes + (valid ? label : 0)];
    EACH_LANE(lane) {
      int better = 0;
      for (int c = lane; c < classes; c += LANES) {
        better += BEATS(scores[row * classes + c], c, own, label) ? 1 : 0;
      }
      shared[lane] = better;
    }
    FOLD_LANES(shared, PLUS)
    count += valid && own == own && shared[0] < k ? 1 : 0;
    SYNC();
  }
  EACH_LANE(lane) {
    if (lane == 0) {
      counts[GROUP_X] = count;
    }
  }
}
