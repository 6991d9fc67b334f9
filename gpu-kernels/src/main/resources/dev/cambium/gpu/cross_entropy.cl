// Cross entropy of rows of scores with its gradient. Targets are labels, or where `soft` is set, distributions; a label that
// is no class is never an index. The launch's groups each leave the sum of their rows' losses; one that is `alone` leaves the
// mean.
#include "lanes.cl"

#define TARGETS                                                                                             \
  GLOBAL const int *RESTRICT labels, GLOBAL const REAL *RESTRICT targets, GLOBAL const REAL *RESTRICT weights, \
      int rows, int classes, int soft, int weighted, REAL kept, REAL spread

DEVICE int is_class(int label, int classes) {
  return label >= 0 && label < classes;
}

// q of a row that begins at `at`; NaN where its label is no class.
DEVICE REAL coefficient(LONG at, int c, int label, int classes, int soft, int weighted,
    GLOBAL const REAL* targets, GLOBAL const REAL* weights, REAL kept, REAL spread) {
  REAL target = soft ? targets[at + c] : label == c ? R(1.0) : R(0.0);
  REAL q = kept * target + spread;
  q = weighted ? weights[c] * q : q;
  return soft || is_class(label, classes) ? q : REAL_NAN;
}
#define COEFFICIENT(at, c, label) coefficient(at, c, label, classes, soft, weighted, targets, weights, kept, spread)

DEVICE REAL loss_of(REAL q, REAL log_probability) {
  return q != R(0.0) || log_probability != log_probability ? -q * log_probability : R(0.0);
}

// What the losses are divided by: the sum of the labels' weights, NaN where it is 0 or a label is no class.
#define SUM_OF_WEIGHTS(sum)                                                                \
  EACH_LANE(lane) {                                                                        \
    REAL part = R(0.0);                                                                    \
    for (int row = lane; row < rows; row += LANES) {                                       \
      part += is_class(labels[row], classes) ? weights[labels[row]] : REAL_NAN;            \
    }                                                                                      \
    shared_weights[lane] = part;                                                           \
  }                                                                                        \
  FOLD_LANES(shared_weights, PLUS)                                                         \
  sum = shared_weights[0] == R(0.0) ? REAL_NAN : shared_weights[0];

#define DENOMINATOR(d)             \
  REAL d = (REAL)rows;             \
  if (weighted && !soft) {         \
    if (alone) {                   \
      SUM_OF_WEIGHTS(d)            \
    } else {                       \
      d = *denominator;            \
    }                              \
  }

#define STORE_LOSSES                                        \
  FOLD_LANES(shared, PLUS)                                  \
  EACH_LANE(lane) {                                         \
    if (lane == 0) {                                        \
      losses[GROUP_X] = alone ? shared[0] / d : shared[0];  \
    }                                                       \
  }

// One group, where the rows need several.
KERNEL GROUP_OF(ITEMS, 1) void sum_of_weights(TARGETS, GLOBAL REAL* RESTRICT denominator) {
  SHARED REAL shared_weights[LANES];
  REAL sum;
  SUM_OF_WEIGHTS(sum)
  EACH_LANE(lane) {
    if (lane == 0) {
      *denominator = sum;
    }
  }
}

// A lane for each row.
KERNEL GROUP_OF(ITEMS, 1) void rows_of_few(
    GLOBAL const REAL* RESTRICT scores, TARGETS, int alone, GLOBAL const REAL* RESTRICT denominator,
    GLOBAL REAL* RESTRICT losses, GLOBAL REAL* RESTRICT gradient) {
  SHARED REAL shared[LANES];
  SHARED REAL shared_weights[LANES];
  DENOMINATOR(d)
  EACH_LANE(lane) {
    REAL loss = R(0.0);
    for (LONG row = (LONG)GROUP_X * LANES + lane; row < rows; row += (LONG)GROUPS_X * LANES) {
      LONG at = row * classes;
      int label = soft ? 0 : labels[row];
      REAL largest = -REAL_INFINITY;
      for (int c = 0; c < classes; c++) {
        largest = LARGER(largest, scores[at + c]);
      }
      REAL sum = R(0.0);
      REAL coefficients = R(0.0);
      for (int c = 0; c < classes; c++) {
        REAL e = exp(scores[at + c] - largest);
        gradient[at + c] = e;
        sum += e;
        coefficients += COEFFICIENT(at, c, label);
      }
      REAL log_sum = log(sum);
      for (int c = 0; c < classes; c++) {
        REAL q = COEFFICIENT(at, c, label);
        loss += loss_of(q, scores[at + c] - largest - log_sum);
        gradient[at + c] = (gradient[at + c] / sum * coefficients - q) / d;
      }
    }
    shared[lane] = loss;
  }
  STORE_LOSSES
}

// A group for each row.
KERNEL GROUP_OF(ITEMS, 1) void rows_of_many(
    GLOBAL const REAL* RESTRICT scores, TARGETS, int alone, GLOBAL const REAL* RESTRICT denominator,
    GLOBAL REAL* RESTRICT losses, GLOBAL REAL* RESTRICT gradient) {
  SHARED REAL shared[LANES];
  SHARED REAL shared_weights[LANES];
  SHARED REAL sums[LANES];
  SHARED REAL sums_of_coefficients[LANES];
  REAL mine[SLOTS];
  REAL others[SLOTS];
  REAL loss[SLOTS];
  DENOMINATOR(d)
  EACH_LANE(lane) { loss[SLOT(lane)] = R(0.0); }
  for (int row = GROUP_X; row < rows; row += GROUPS_X) {
    LONG at = (LONG)row * classes;
    int label = soft ? 0 : labels[row];
    EACH_LANE(lane) { mine[SLOT(lane)] = -REAL_INFINITY; }
    for (int c = 0; c < classes; c += LANES) {
      EACH_LANE(lane) {
        if (c + lane < classes) {
          mine[SLOT(lane)] = LARGER(mine[SLOT(lane)], scores[at + c + lane]);
        }
      }
    }
    EACH_LANE(lane) { shared[lane] = mine[SLOT(lane)]; }
    FOLD_LANES(shared, LARGER)
    REAL largest = shared[0];
    EACH_LANE(lane) { mine[SLOT(lane)] = others[SLOT(lane)] = R(0.0); }
    for (int c = 0; c < classes; c += LANES) {
      EACH_LANE(lane) {
        if (c + lane < classes) {
          REAL e = exp(scores[at + c + lane] - largest);
          gradient[at + c + lane] = e;
          mine[SLOT(lane)] += e;
          others[SLOT(lane)] += COEFFICIENT(at, c + lane, label);
        }
      }
    }
    EACH_LANE(lane) {
      sums[lane] = mine[SLOT(lane)];
      sums_of_coefficients[lane] = others[SLOT(lane)];
    }
    FOLD_LANES(sums, PLUS)
    FOLD_LANES(sums_of_coefficients, PLUS)
    REAL sum = sums[0];
    REAL log_sum = log(sum);
    REAL coefficients = sums_of_coefficients[0];
    for (int c = 0; c < classes; c += LANES) {
      EACH_LANE(lane) {
        if (c + lane < classes) {
          REAL q = COEFFICIENT(at, c + lane, label);
          loss[SLOT(lane)] += loss_of(q, scores[at + c + lane] - largest - log_sum);
          gradient[at + c + lane] = (gradient[at + c + lane] / sum * coefficients - q) / d;
        }
      }
    }
    SYNC();
  }
  EACH_LANE(lane) { shared[lane] = loss[SLOT(lane)]; }
  STORE_LOSSES
}

// One group: the losses of `groups` groups.
KERNEL GROUP_OF(ITEMS, 1) void mean_loss(
    GLOBAL const REAL* RESTRICT losses, int groups, GLOBAL const REAL* RESTRICT denominator, int rows, int summed,
    GLOBAL REAL* RESTRICT loss) {
  SHARED REAL shared[LANES];
  EACH_LANE(lane) {
    REAL sum = R(0.0);
    for (int group = lane; group < groups; group += LANES) {
      sum += losses[group];
    }
    shared[lane] = sum;
  }
  FOLD_LANES(shared, PLUS)
  EACH_LANE(lane) {
    if (lane == 0) {
      *loss = shared[0] / (summed ? *denominator : (REAL)rows);
    }
  }
}
