  // Included in a kernel after the loop: writes sum[][] to `to` from LINE_AT(row) on, for the rows with HAS_LINE(row) of this tile
  // and the columns from n0 on that are below `columns`; partial sums as they are. The rows go through local memory, so that
  // neighbours write neighbours, and the code stands there once for each row of a work-item, not for each element.
#pragma unroll
  for (int i = 0; i < ITEM_M; ++i) {
#pragma unroll
    for (int j = 0; j < ITEM_N; ++j) {
      tiles[((i & 1) * ITEMS_M + item_m) * LINE_N + COLUMN(j)] = sum[i][j];
    }
    BARRIER();
#pragma unroll 1
    for (int each = item; each < ITEMS_M * TILE_N; each += ITEMS) {
      const int row = i / 4 * (ITEMS_M * 4) + each / TILE_N * 4 + i % 4;
      const int column = n0 + each % TILE_N;
      if (HAS_LINE(row) && column < columns) {
        GLOBAL REAL* line = to + LINE_AT(row);
        const REAL z = tiles[((i & 1) * ITEMS_M + each / TILE_N) * LINE_N + each % TILE_N];
        line[column] = partial ? z : EPILOGUE(z, line, column);
      }
    }
  }
