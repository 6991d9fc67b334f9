// What the tiled products share. A group of ITEMS work-items computes TILE_M x TILE_N sums, each of them ITEM_M x ITEM_N, and
// takes TILE_K terms at a time through local memory. All five are macros of the program; ITEM_M and ITEM_N are multiples of 4.
#define ITEMS_N (TILE_N / ITEM_N)
#define ITEMS_M (TILE_M / ITEM_M)
#define ITEMS (ITEMS_M * ITEMS_N)

// How many elements of a tile each work-item brings.
#define A_EACH (TILE_M * TILE_K / ITEMS)
#define B_EACH (TILE_N * TILE_K / ITEMS)

// Four more than needed, so that neighbouring terms of one row fall into different banks.
#define LINE_M (TILE_M + 4)
#define LINE_N (TILE_N + 4)

// Two tiles of each operand: one is filled while the other is multiplied. Term k of row r is at k * LINE + r.
// Afterwards they hold rows of the result on their way out.
#define TILE_MEMORY                                                          \
  LOCAL REAL tiles[2 * TILE_K * (LINE_M + LINE_N)] __attribute__((aligned(16))); \
  const int item = LOCAL_X;                                                  \
  const int item_n = item % ITEMS_N;                                         \
  const int item_m = item / ITEMS_N;

#define A_TILE(at, k, row) tiles[((at) * TILE_K + (k)) * LINE_M + (row)]
#define B_TILE(at, k, row) tiles[2 * TILE_K * LINE_M + ((at) * TILE_K + (k)) * LINE_N + (row)]

// Rows and columns of a work-item within the tile: fours of neighbours.
#define ROW(i) ((i) / 4 * (ITEMS_M * 4) + item_m * 4 + (i) % 4)
#define COLUMN(j) ((j) / 4 * (ITEMS_N * 4) + item_n * 4 + (j) % 4)

// Which element of a tile a work-item brings, so that neighbours read neighbours: along the terms (BY_K), or along the rows.
#define A_ROW(e) (A_BY_K ? item / TILE_K + (e) * (ITEMS / TILE_K) : item % TILE_M)
#define A_K(e) (A_BY_K ? item % TILE_K : item / TILE_M + (e) * (ITEMS / TILE_M))
#define B_ROW(e) (B_BY_K ? item / TILE_K + (e) * (ITEMS / TILE_K) : item % TILE_N)
#define B_K(e) (B_BY_K ? item % TILE_K : item / TILE_N + (e) * (ITEMS / TILE_N))

// Puts what was fetched into the tiles numbered `at`.
#define PUT_TILES(at)                                                        \
  _Pragma("unroll") for (int e = 0; e < A_EACH; ++e) {                       \
    A_TILE(at, A_K(e), A_ROW(e)) = a_next[e];                                \
  }                                                                          \
  _Pragma("unroll") for (int e = 0; e < B_EACH; ++e) {                       \
    B_TILE(at, B_K(e), B_ROW(e)) = b_next[e];                                \
  }
