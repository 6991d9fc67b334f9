  TILE_MEMORY
  const int n0 = GROUP_X % tiles_n * TILE_N;
  const int m0 = GROUP_X / tiles_n % tiles_m * TILE_M;
  const LONG matrix = GROUP_X / tiles_n / tiles_m;
  const int steps = (k + TILE_K - 1) / TILE_K;
  const int first = GROUP_Y * tiles_each;
  const int last = min(steps, first + tiles_each);
  GLOBAL const REAL* a_from = a + matrix * m * k + (A_BY_K ? (LONG)m0 * k : (LONG)m0);
  GLOBAL const REAL* b_from = b + matrix * n * k + (B_BY_K ? (LONG)n0 * k : (LONG)n0);
  const LONG a_step = A_BY_K ? (LONG)TILE_K : (LONG)TILE_K * m;
  const LONG b_step = B_BY_K ? (LONG)TILE_K : (LONG)TILE_K * n;

#define A_AT(e) (A_BY_K ? (LONG)A_ROW(e) * k + A_K(e) : (LONG)A_K(e) * m + A_ROW(e))
#define B_AT(e) (B_BY_K ? (LONG)B_ROW(e) * k + B_K(e) : (LONG)B_K(e) * n + B_ROW(e))
#define FETCH_TILES(t)                                                                                    \
  _Pragma("unroll") for (int e = 0; e < A_EACH; ++e) {                                                    \
    const int inside = m0 + A_ROW(e) < m && (t) * TILE_K + A_K(e) < k;                                    \
    a_next[e] = inside ? a_from[(t) * a_step + A_AT(e)] : R(0.0);                                         \
  }                                                                                                       \
  _Pragma("unroll") for (int e = 0; e < B_EACH; ++e) {                                                    \
    const int inside = n0 + B_ROW(e) < n && (t) * TILE_K + B_K(e) < k;                                    \
    b_next[e] = inside ? b_from[(t) * b_step + B_AT(e)] : R(0.0);                                         \
  }
#include "tiled_loop.cl"
#undef FETCH_TILES
#undef A_AT
#undef B_AT

  const LONG matrices = GROUPS_X / tiles_n / tiles_m;
  GLOBAL REAL* to = y + ((partial ? GROUP_Y * matrices : 0) + matrix) * m * n;
  const int columns = n;
#include "tiled_store.cl"
