// The sum of the squares of up to 32 tensors t of so many elements; they are cut into pieces, which the groups take in turn,
// and each group leaves a sum, from `first` on.
#include "lanes.cl"
#include "sums.cl"

#define EACH_TENSOR(DO)                                                                                              \
  DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11) DO(12) DO(13) DO(14) DO(15) DO(16) DO(17) \
      DO(18) DO(19) DO(20) DO(21) DO(22) DO(23) DO(24) DO(25) DO(26) DO(27) DO(28) DO(29) DO(30) DO(31)
#define ARGUMENTS(k) GLOBAL const REAL *t##k, LONG size##k,

// Takes tensor k if the piece is one of its; `rest` is negative afterwards.
#define CHOOSE(k)                                      \
  if (rest >= 0) {                                     \
    LONG from = rest * piece_size;                     \
    if (from < size##k) {                              \
      t = t##k + from;                                 \
      count = (int)min(piece_size, size##k - from);    \
    }                                                  \
    rest -= (size##k + piece_size - 1) / piece_size;   \
  }

KERNEL GROUP_OF(ITEMS, 1) void sum_of_squares(
    EACH_TENSOR(ARGUMENTS) GLOBAL REAL* RESTRICT sums, int first, LONG pieces, LONG piece_size) {
  SHARED REAL shared[LANES];
  REAL sum[SLOTS];
  REAL error[SLOTS];
  EACH_LANE(lane) { sum[SLOT(lane)] = error[SLOT(lane)] = R(0.0); }
  for (LONG piece = GROUP_X; piece < pieces; piece += GROUPS_X) {
    GLOBAL const REAL* t = t0;
    int count = 0;
    LONG rest = piece;
    EACH_TENSOR(CHOOSE)
    int full = count - count % LANES;
    for (int k = 0; k < full; k += LANES) {
      EACH_LANE(lane) { add_to(&sum[SLOT(lane)], &error[SLOT(lane)], t[k + lane] * t[k + lane]); }
    }
    EACH_LANE(lane) {
      if (full + lane < count) {
        add_to(&sum[SLOT(lane)], &error[SLOT(lane)], t[full + lane] * t[full + lane]);
      }
    }
  }
  EACH_LANE(lane) { shared[lane] = added_up(sum[SLOT(lane)], error[SLOT(lane)]); }
  FOLD_LANES(shared, PLUS)
  EACH_LANE(lane) {
    if (lane == 0) {
      sums[first + GROUP_X] = shared[0];
    }
  }
}
