  // Included in a kernel after the loop: writes sum[][] to `to` from LINE_AT(row) on, for the rows with HAS_LINE(row) of this tile
  // and the columns from n0 on that are below `columns`; partial sums as they are. The curved activations are much code,
  // so they are not unrolled but follow in a loop of their own.
#pragma unroll
  for (int i = 0; i < ITEM_M; ++i) {
    const int row = ROW(i);
    if (HAS_LINE(row)) {
      GLOBAL REAL* line = to + LINE_AT(row);
#pragma unroll
      for (int j = 0; j < ITEM_N; ++j) {
        const int column = n0 + COLUMN(j);
        if (column < columns) {
          line[column] = partial ? sum[i][j] : EPILOGUE(sum[i][j], line, column);
        }
      }
    }
  }
  if (!partial && CURVED) {
#pragma unroll 1
    for (int each = 0; each < ITEM_M * ITEM_N; ++each) {
      const int row = ROW(each / ITEM_N);
      const int column = n0 + COLUMN(each % ITEM_N);
      if (HAS_LINE(row) && column < columns) {
        GLOBAL REAL* line = to + LINE_AT(row);
        line[column] = bend(line[column], activation);
      }
    }
  }
